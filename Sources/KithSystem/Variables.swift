import Glibc

/// The variables that a program was started with.
///
/// The process's own are asked for one by one: a start needs one or two of forty, and a dictionary of
/// them all took a tenth of a millisecond.
public struct Variables: Sendable, ExpressibleByDictionaryLiteral {
  /// nil: those of the process.
  private var given: [String: String]?

  public static let ofProcess = Variables(given: nil)

  public init(_ given: [String: String]) { self.given = given }

  public init(dictionaryLiteral elements: (String, String)...) {
    given = Dictionary(elements) { _, last in last }
  }

  private init(given: [String: String]?) { self.given = given }

  public subscript(name: String) -> String? {
    if let given { return given[name] }
    return getenv(name).map { String(cString: $0) }
  }
}
