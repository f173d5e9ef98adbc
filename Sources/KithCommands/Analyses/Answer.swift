import KithAnalysis
import KithSegments
import KithStore
import KithSystem

/// What an analysis says about one group of users, in all its forms.
struct Answer {
  var json: () -> JSON
  /// For people and for line tools.
  var tables: [Table]
  /// Sentences for people, below the tables.
  var remarks: [String] = []
  var plot: (Pen) -> String = { _ in "" }
  /// Visits the users behind every number, cell by cell.
  var cells: (CellVisitor) throws -> Void = { _ in }
  /// Whether `json` names the users itself where --users is given.
  var jsonNamesUsers = false
}

extension Question {
  /// Prints the answers, one for each group of the scope, in the form that was asked for.
  func print(_ answers: [Answer]) throws {
    if let cell = options.cell { return try printIDs(of: cell, answers) }
    if options.output.json { return try context.console.print(json(answers)) }
    if options.users { return try printUsers(answers) }
    let isTerminal = context.console.outputIsTerminal
    var text = ""
    for (group, answer) in zip(scope.groups.names, answers) {
      if options.trait != nil {
        text += (text.isEmpty ? "" : "\n") + "\(options.trait ?? "") = \(visible(group))\n"
      }
      if options.plot {
        let plot = answer.plot(Pen(context))
        text += plot.isEmpty ? "nobody to draw\n" : plot
      } else {
        text += answer.tables.map { $0.text(terminal: isTerminal) }.joined(separator: "\n")
        if isTerminal { text += answer.remarks.map { $0 + "\n" }.joined() }
      }
    }
    try context.console.print(text)
    sayHorizon(engine.moment, context)
  }

  private func json(_ answers: [Answer]) throws -> JSON {
    let results = try answers.map { answer in
      guard options.users, !answer.jsonNamesUsers else { return answer.json() }
      var members = answer.json().members ?? []
      members.append(.init("users", try users(answer)))
      return .object(members)
    }
    guard let trait = options.trait else { return results.first ?? .null }
    return [
      "by": .string(trait),
      "groups": .array(
        zip(scope.groups.names, results).map { ["group": .string($0), "result": $1] }),
    ]
  }

  /// The ids behind each cell, cells in the order in which they are first met.
  private func users(_ answer: Answer) throws -> JSON {
    var order: [String] = []
    var ids: [String: [JSON]] = [:]
    try answer.cells { cell, user in
      if ids[cell] == nil { order.append(cell) }
      ids[cell, default: []].append(.string(id(user)))
    }
    return .object(order.map { .init($0, .array(ids[$0] ?? [])) })
  }

  private func printUsers(_ answers: [Answer]) throws {
    let isTerminal = context.console.outputIsTerminal
    let hasGroups = options.trait != nil
    var table = Table(
      (hasGroups ? [.init(options.trait ?? "")] : []) + [.init("cell"), .init("user")])
    for (group, answer) in zip(scope.groups.names, answers) {
      try answer.cells { cell, user in
        table.rows.append((hasGroups ? [group] : []) + [cell, id(user)])
      }
    }
    try context.console.print(table.text(terminal: isTerminal))
  }

  private func printIDs(of wanted: String, _ answers: [Answer]) throws {
    var users: [Int] = []
    var known: Set<String> = []
    for answer in answers {
      try answer.cells { cell, user in
        if cell == wanted { users.append(user) }
        if known.count < 1000 { known.insert(cell) }
      }
    }
    guard !users.isEmpty else {
      let near = nearest(wanted, in: Array(known)).map { "did you mean \($0)?" }
      context.console.warn(
        Diagnostic(
          "nobody stands behind that number", subject: wanted,
          remedy: near ?? "--users lists the names"))
      throw Outcome(status: .empty)
    }
    let isTerminal = context.console.outputIsTerminal
    let ids = engine.snapshot.inOrderOfIDs(Set(users).sorted()).map { id($0) }
    if options.output.json { return try context.console.print(.array(ids.map(JSON.string))) }
    try context.console.print(ids.map { (isTerminal ? visible($0) : $0) + "\n" }.joined())
  }
}

// Words for numbers in tables.

/// An exact decimal of a sum of millionths.
func decimal(_ micros: Int128) -> String {
  Exact(units: micros * 1_000_000_000_000).description
}

/// `12.3 %`, `too few` where it is a share of too few users, `-` where it is not defined.
func share(_ part: Int, of whole: Int) -> String {
  if whole == 0 { return "-" }
  return whole < fewestUsers ? "too few" : percent(Double(part) / Double(whole))
}

/// One digit after the point.
func percent(_ share: Double) -> String { fixed(share * 100, 1) + " %" }

/// So many digits after the point, rounded half away from zero; `-` for what is no number.
func fixed(_ number: Double?, _ digits: Int) -> String {
  guard let number, number.isFinite else { return "-" }
  let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
  let rounded = (abs(number) * scale).rounded()
  guard rounded < 9e15 else { return "\(number)" }
  let whole = Int64(rounded)
  let sign = number < 0 && whole > 0 ? "-" : ""
  guard digits > 0 else { return sign + "\(whole)" }
  return sign + "\(whole / Int64(scale))." + pad(whole % Int64(scale), digits)
}

/// What is said below a table that is about too few users; nil where they are enough.
func tooFew(_ users: Int) -> String? {
  users < fewestUsers ? "\(counted(users, "user")): too few" : nil
}
