public import KithSystem

/// Why nothing was imported. The store is as before.
public enum ImportError: Error, Equatable, Sendable {
  case noInputs
  case file(FileError)
  case store(StoreError)
  /// No byte, or nothing but blanks.
  case empty(file: String)
  /// Bytes that are no text; `what` says which kind they seem to be.
  case binary(file: String, what: String?)
  /// One JSON array around all rows.
  case jsonArray(file: String)
  /// None of the first lines is a JSON object.
  case noJSONLine(file: String)
  /// A name that comes late in JSON lines would change which column is which.
  case lateColumn(file: String, line: Int, header: String)
  case compressed(file: String, problem: CompressionProblem)
  /// `--encoding` has a name that the machine does not know.
  case unknownEncoding(String)
  /// The header is not UTF-8.
  case headerEncoding(file: String)
  /// The header opens a quote that is never closed.
  case headerQuote(file: String)
  case noColumn(file: String, field: String, headers: [String])
  case twoColumns(file: String, field: String, headers: [String])
  case duplicateHeader(file: String, header: String)
  /// `--map` names a field that there is not.
  case unknownField(String, known: [String])
  /// `--map` names a column that the file does not have.
  case unknownColumn(file: String, column: String, headers: [String])
  /// `--event` names a column that the file does not have.
  case unknownEventColumn(file: String, column: String, headers: [String])
  /// `--map` gives one field two columns, or one column two fields.
  case mappedTwice(String)
  /// A record without an end.
  case lineTooLong(file: String, line: Int)
  /// With `--strict`: the first line that cannot be read.
  case rejected(file: String, line: Int, reason: RejectReason)
  /// The same content was imported before.
  case importedBefore(file: String, run: String, at: Instant)
  /// One of the inputs is given twice.
  case sameContent(file: String, other: String)
  /// More than one run can hold.
  case tooLarge(what: String)

  public enum CompressionProblem: Sendable {
    case damaged, cutShort, noMemory
  }
}

/// Why a row was not taken.
public enum RejectReason: String, Error, Sendable, CaseIterable {
  case userMissing = "user_id: empty"
  case userTooLong = "user_id: longer than 1024 bytes"
  case userControl = "user_id: control character"
  case timeMissing = "time: empty"
  case timeUnreadable = "time: not a time"
  case timeOutOfRange = "time: before 1970 or after 2105"
  case eventMissing = "event: empty"
  case valueUnreadable = "value: not a number"
  case valueTooFine = "value: more than 6 digits after the point"
  case valueTooLarge = "value: beyond 999999999999.999999"
  case encoding = "encoding: not UTF-8, or a NUL"
  case quote = "quote: no closing quote"
  case jsonNotObject = "json: not an object"
  case jsonCutShort = "json: cut short"
  case jsonTooDeep = "json: nested too deeply"
  case jsonBroken = "json: not valid"

  /// The column that failed, as reports count it.
  public var column: String { String(rawValue.prefix { $0 != ":" }) }
}
