/// An error that a person reads: what went wrong, where, and what to do.
///
/// Each room throws its own typed error with fields; its `diagnostic` puts it into words here, for
/// the command line and the flash line alike.
public struct Diagnostic: Error, Equatable, Sendable {
  /// One clause without a full stop: `no column for the time`.
  public var what: String
  /// The thing it is about: a file, a store, a user; printed after the colon.
  public var subject: String?
  /// Where in a text it is, with the text to show.
  public var excerpt: Excerpt?
  /// One line that says what to do.
  public var remedy: String?
  public var status: ExitStatus
  /// How `what` and `remedy` are put together, where other languages have words for them.
  public var wording: Wording?

  public struct Wording: Equatable, Sendable {
    public var what: Phrase
    public var remedy: Phrase?
  }

  public init(
    _ what: String, subject: String? = nil, excerpt: Excerpt? = nil, remedy: String? = nil,
    status: ExitStatus = .failed
  ) {
    self.what = what
    self.subject = subject
    self.excerpt = excerpt
    self.remedy = remedy
    self.status = status
  }
}

extension Diagnostic {
  /// A diagnostic that other languages can say.
  public init(
    _ what: Phrase, excerpt: Excerpt?, remedy: Phrase?, status: ExitStatus
  ) {
    self.init(what.text, excerpt: excerpt, remedy: remedy?.text, status: status)
    wording = Wording(what: what, remedy: remedy)
  }

  /// As ``init(_:subject:excerpt:remedy:status:)``, and other languages can say it.
  public init(
    said what: Phrase, subject: String? = nil, excerpt: Excerpt? = nil, remedy: Phrase? = nil,
    status: ExitStatus = .failed
  ) {
    self.init(what, excerpt: excerpt, remedy: remedy, status: status)
    self.subject = subject
  }

  /// ``what`` as a part of another phrase.
  public var phrase: Phrase { wording?.what ?? Phrase(verbatim: what) }

  /// The same in other words, where there are any: `word` gives those that stand for a form.
  public func reworded(_ word: (String) -> String) -> Diagnostic {
    guard let wording else { return self }
    var reworded = self
    reworded.what = wording.what.text(word)
    reworded.remedy = wording.remedy?.text(word)
    return reworded
  }
}

/// A place in a text: the line to show and the columns to mark, counted from 1 in characters.
public struct Excerpt: Equatable, Sendable {
  /// The file's name; nil for what was typed.
  public var file: String?
  public var line: Int
  public var column: Int
  public var length: Int
  public var text: String

  public init(file: String?, line: Int, column: Int, length: Int = 1, text: String) {
    self.file = file
    self.line = line
    self.column = column
    self.length = length
    self.text = text
  }
}

extension Excerpt {
  /// What is shown of the line: before, in and after the mark. Of a long line as much as can be read,
  /// with `…` where it was cut.
  fileprivate var shown: (before: String, marked: String, after: String) {
    let text = visible(text)
    let before = text.prefix(column - 1)
    let marked = text.dropFirst(column - 1).prefix(length)
    let after = text.dropFirst(before.count + marked.count)
    guard text.count > 160 else { return (String(before), String(marked), String(after)) }
    func cut(_ text: Substring, to characters: Int) -> String {
      text.count > characters ? text.prefix(characters) + "…" : String(text)
    }
    let start = before.count > 60 ? "…" + before.suffix(60) : String(before)
    return (start, cut(marked, to: 60), cut(marked.count > 60 ? "" : after, to: 60))
  }
}

/// What the process returns to its caller.
public enum ExitStatus: Int32, Sendable {
  case done = 0
  /// Anything in files, store or network; a refused import too.
  case failed = 1
  /// Wrong in the words of the call: options, times, expressions.
  case usage = 2
  /// `users` found nobody.
  case empty = 3
  case interrupted = 130
}

/// An error that can word itself.
public protocol Explained: Error {
  var diagnostic: Diagnostic { get }
}

extension Diagnostic: Explained {
  public var diagnostic: Diagnostic { self }
}

extension Diagnostic {
  /// The whole text, ended by a newline. `width` gives the cells of a text, so that the caret stands
  /// under the right column in wide scripts.
  public func text(width: (String) -> Int = { $0.count }) -> String {
    var lines = ["kith: " + visible([what, subject].compactMap { $0 }.joined(separator: ": "))]
    if let excerpt {
      let place = [excerpt.file, "\(excerpt.line)", "\(excerpt.column)"].compactMap { $0 }
      lines.append("  " + visible(place.joined(separator: ":")))
      let (before, marked, after) = excerpt.shown
      let gutter = String(excerpt.line)
      lines.append("  \(gutter) | \(before)\(marked)\(after)")
      lines.append(
        "  " + String(repeating: " ", count: gutter.count + 3 + width(before))
          + String(repeating: "^", count: max(1, width(marked))))
    }
    if let remedy { lines.append("  " + visible(remedy)) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// One line for the flash line of the interface.
  public var line: String {
    let place = excerpt.map { " (\($0.line):\($0.column))" } ?? ""
    let text = [what + place, subject, remedy].compactMap { $0 }.joined(separator: ": ")
    return visible(text)
  }
}

/// Text from data with every control character as a picture (`␛`), so that none reaches a terminal.
///
/// Covers C0, DEL, C1 and the direction overrides that could reorder a line.
public func visible(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: isControl) else { return text }
  var shown = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar.value {
    case 0x00...0x1F: shown.append(Unicode.Scalar(0x2400 + scalar.value) ?? "?")
    case 0x7F: shown.append("\u{2421}")
    case _ where isControl(scalar): shown.append("\u{FFFD}")
    default: shown.append(scalar)
    }
  }
  return String(shown)
}

/// Whether a terminal would act on the scalar rather than show it.
public func isControl(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x00...0x1F, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: true
  default: false
  }
}
