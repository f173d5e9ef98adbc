/// A clause with what is put into it kept apart, so that another language can say it in its own words.
///
/// It is written as a text with interpolations; what is interpolated stays as it is, unless it is a phrase
/// itself:
///
///     let kind: Phrase = "a number"
///     let what: Phrase = "\(name) is \(kind)"     // form "{0} is {1}"
public struct Phrase: Sendable, Equatable, ExpressibleByStringInterpolation {
  public enum Part: Sendable, Equatable {
    case text(String)
    case phrase(Phrase)
  }

  /// The text with `{0}`, `{1}` where something is put in: what its words in other languages are found by.
  public let form: String
  public let parts: [Part]

  public init(stringLiteral text: String) {
    form = text
    parts = []
  }

  public init(stringInterpolation interpolation: Interpolation) {
    form = interpolation.form
    parts = interpolation.parts
  }

  /// A text that is the same in every language.
  public init(verbatim text: String) {
    form = "{0}"
    parts = [.text(text)]
  }

  /// As it is written in the code.
  public var text: String { text { $0 } }

  /// In other words: `form` gives those that stand for a form.
  public func text(_ word: (String) -> String) -> String {
    if parts.isEmpty { return word(form) }
    return filled(
      word(form),
      parts.map { part in
        switch part {
        case .text(let text): text
        case .phrase(let phrase): phrase.text(word)
        }
      })
  }

  /// Takes a literal apart as the compiler hands it over.
  public struct Interpolation: StringInterpolationProtocol {
    fileprivate var form = ""
    fileprivate var parts: [Part] = []

    public init(literalCapacity: Int, interpolationCount: Int) {}

    /// What stands in the code between two parts.
    public mutating func appendLiteral(_ literal: String) {
      form += literal
    }

    /// A part that other languages say in their own words too.
    public mutating func appendInterpolation(_ phrase: Phrase) { append(.phrase(phrase)) }

    /// A part that stays as it is.
    public mutating func appendInterpolation<Value: CustomStringConvertible>(_ value: Value) {
      append(.text(value.description))
    }

    private mutating func append(_ part: Part) {
      form += "{\(parts.count)}"
      parts.append(part)
    }
  }
}

/// A text with its parts put in by number: `{0}`, `{1}`. Braces within the parts stay.
public func filled(_ text: String, _ parts: [String]) -> String {
  var filled = ""
  var rest = Substring(text)
  while let open = rest.firstIndex(of: "{") {
    filled += rest[..<open]
    let number = rest.index(after: open)
    if let place = rest[number].wholeNumberValue, place < parts.count { filled += parts[place] }
    rest = rest[rest.index(number, offsetBy: 2)...]
  }
  return filled + rest
}
