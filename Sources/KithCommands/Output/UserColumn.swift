import KithSegments
import KithStore
import KithSystem

/// One column of a list of users: its name, its cell for people and its value for programs.
struct UserColumn: Sendable {
  let name: String
  var isNumber = false
  /// Whether people see it unless they name columns.
  var isUsual = false
  /// Whether it is one of the details of a row, see ``PagePlan/isDetailed``.
  var isDetail = false
  /// The value in JSON; a text in it is also what stands in a pipe.
  let value: @Sendable (UserRow, any Engine) -> JSON
  /// For people alone, where that differs.
  var shown: (@Sendable (UserRow, Moment) -> String)?

  func cell(_ row: UserRow, _ engine: any Engine, _ isTerminal: Bool) -> String {
    if isTerminal, let shown { return shown(row, engine.moment) }
    switch value(row, engine) {
    case .string(let text): return text
    case .number(let digits): return digits
    case .array(let texts): return texts.compactMap(\.string).joined(separator: ",")
    default: return ""
    }
  }

  static let all: [UserColumn] = [
    UserColumn(name: "user", isUsual: true) { row, _ in .string(row.id) },
    UserColumn(name: "stage", isUsual: true) { row, _ in .string(row.stage) },
    UserColumn(name: "band", isUsual: true) { row, _ in text(row.band) },
    UserColumn(
      name: "first", value: { row, _ in .string(row.first.rfc3339) },
      shown: { row, moment in moment.zone.text(row.first) }),
    UserColumn(
      name: "last", isUsual: true, value: { row, _ in .string(row.last.rfc3339) },
      shown: { row, moment in moment.zone.text(row.last) }),
    UserColumn(name: "days_30d", isNumber: true, isUsual: true) { row, _ in .int(row.days30d) },
    UserColumn(
      name: "events", isNumber: true, isUsual: true, value: { row, _ in .int(row.events) },
      shown: { row, _ in grouped(row.events) }),
    UserColumn(name: "value", isNumber: true, isUsual: true) { row, _ in
      .string(row.value.description)
    },
    UserColumn(name: "source", isDetail: true) { row, _ in text(row.source) },
    UserColumn(name: "tags", isUsual: true) { row, _ in .array(row.tags.map(JSON.string)) },
    UserColumn(name: "owner") { row, _ in text(row.owner) },
    UserColumn(name: "rhythm", isNumber: true, isDetail: true) { row, _ in
      text(row.rhythmDays.map { "\($0)d" })
    },
  ]

  /// The columns of `--columns`, or the usual ones.
  static func named(
    _ list: String?, table: Bool, attributes: [String]
  ) throws(Diagnostic) -> [UserColumn] {
    guard let list else { return table ? all.filter(\.isUsual) : all }
    var columns: [UserColumn] = []
    for part in list.split(separator: ",") {
      let name = String(part.drop { $0 == " " })
      if let column = all.first(where: { $0.name == name }) {
        columns.append(column)
      } else if attributes.contains(name) {
        columns.append(attribute(name))
      } else {
        throw unknown(name, attributes)
      }
    }
    guard !columns.isEmpty else { throw unknown(list, attributes) }
    return columns
  }

  private static func attribute(_ name: String) -> UserColumn {
    UserColumn(name: name) { row, engine in
      text(engine.attributes(of: row.id).first { $0.name == name }?.value)
    }
  }

  private static func text(_ text: String?) -> JSON {
    text.map(JSON.string) ?? .null
  }

  private static func unknown(_ name: String, _ attributes: [String]) -> Diagnostic {
    let known = all.map(\.name) + attributes
    return Diagnostic(
      "unknown column", subject: name,
      remedy: nearest(name, in: known).map { "did you mean \($0)?" }
        ?? "known are \(known.joined(separator: ", "))",
      status: .usage)
  }
}
