public import KithSystem

/// Something that is wrong in a store, as `doctor` tells it.
public struct Finding: Sendable, Equatable {
  /// The file's name within the store; `.` is the store's own directory.
  public var file: String
  /// One clause without a full stop.
  public var problem: String
  /// One line that says what to do.
  public var remedy: String

  public init(file: String, problem: String, remedy: String) {
    self.file = file
    self.problem = problem
    self.remedy = remedy
  }

  /// What an error says of a file, with the place in it.
  public init(file: String, _ diagnostic: Diagnostic) {
    let place = diagnostic.excerpt.map { " (\($0.line):\($0.column))" } ?? ""
    let remedy = diagnostic.excerpt == nil ? Finding.copy : "correct it there"
    self.init(
      file: file, problem: diagnostic.what + place, remedy: diagnostic.remedy ?? remedy)
  }

  /// What helps where bytes are not those that were written.
  public static let copy = "put back a copy of the file"
}
