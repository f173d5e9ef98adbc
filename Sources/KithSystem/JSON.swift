/// A JSON value as it stands in a file: members keep their order, numbers their digits.
///
/// A decoder of structs would lose members that a newer version wrote and the digits of exact
/// decimals; both are promises of the store's formats.
public enum JSON: Equatable, Sendable {
  case null
  case bool(Bool)
  /// The digits as written, so that 0.10 stays 0.10 and 2^63 stays itself.
  case number(String)
  case string(String)
  case array([JSON])
  case object([Member])

  public struct Member: Equatable, Sendable {
    public var name: String
    public var value: JSON

    public init(_ name: String, _ value: JSON) {
      self.name = name
      self.value = value
    }
  }
}

extension JSON {
  /// A whole number of the usual width, which is written without a look at its type.
  public static func int(_ number: Int) -> JSON { .number(String(number)) }
  /// A whole number.
  public static func int(_ number: some BinaryInteger) -> JSON { .number(String(number)) }

  /// The shortest digits that give the same double back; null where it is not finite.
  public static func double(_ number: Double) -> JSON {
    number.isFinite ? .number("\(number)") : .null
  }

  public subscript(_ name: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  public var string: String? { if case .string(let text) = self { text } else { nil } }
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  public var int: Int? { if case .number(let digits) = self { Int(digits) } else { nil } }
  public var array: [JSON]? { if case .array(let elements) = self { elements } else { nil } }
  public var members: [Member]? { if case .object(let members) = self { members } else { nil } }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(elements.map { Member($0, $1) })
  }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int) { self = .int(value) }
}
