import KithSystem

/// A job that is measured: what kith does for it, and which job of peers.py stands beside it.
struct Job: Sendable {
  let name: String
  let peer: Peer
  let run: @Sendable (KithEngine) throws -> Measure

  /// What a peer does for a job of ours.
  enum Peer: Sendable {
    /// The job of this name of peers.py, with an answer that has to be the same.
    case same(String)
    /// A job of peers.py that costs a peer at least as much; its answer is another one.
    case comparable(String)
    /// The refresh of peers.py's append, without the append: the five jobs one after the other.
    case five
    case lines
    case none
  }

  /// How many times faster than DuckDB, and than DuckDB tuned, performance.md asks for.
  let target: (plain: Double, tuned: Double)?

  init(
    _ name: String, _ peer: Peer, _ target: (Double, Double)?,
    _ run: @escaping @Sendable (KithEngine) throws -> Measure
  ) {
    self.name = name
    self.peer = peer
    self.target = target.map { ($0.0, $0.1) }
    self.run = run
  }

  var isImport: Bool { name.hasPrefix("import") }

  /// The answers that are refreshed after an append.
  static let five = ["classify", "lifecycle", "segment", "retention", "funnel"]

  static let all: [Job] =
    [
      Job("import", .same("import"), (3.5, 5)) { try $0.importLog($0.log.csv) },
      Job("import-jsonl", .lines, (2.5, 0)) { try $0.importLines() },
    ]
    + zip(five, [(40, 25), (60, 35), (50, 30), (60, 45), (30, 12)]).map { name, target in
      Job(name, .same(name), target) { try $0.ask(.of(name, asOf: Log.asOf)) }
    } + [
      Job("timeline", .same("timeline"), (0, 20)) { try $0.timeline() },
      Job("page", .same("page"), (40, 35)) { try $0.page() },
      Job("append", .same("append"), (20, 12)) { try $0.append() },
    ]
    + expressions.enumerated().map { index, expression in
      Job("expression-\(index + 1)", .comparable("classify"), (5, 3)) { kith in
        try kith.count(expression)
      }
    }
    // It leaves a store whose derived state is gone.
    + [Job("raw", .five, (20, 10)) { try $0.raw() }]

  /// The first block of language.md.
  static let expressions = [
    "days(any, 30d) >= 12 and sum(purchase.value, 90d) >= 500",
    "count(purchase, 30d) >= 3 and not did(refund, 90d) and source = \"search\"",
    "stage = effective and since(any) > 14d and has email and not received(\"winback\", 30d)",
    "did(purchase where category = \"shoes\", 60d..30d) and not did(purchase, 30d)",
    "sequence(signup, view, purchase, within 7d) and country in [\"CN\", \"HK\"]",
    "top(5%, sum(purchase.value, 90d)) or tag(\"core\")",
    "days(activity, 14d) < 0.5 * days(activity, 28d..14d) and was(stage = active, 7d)",
    "since(activity) > 3 * rhythm",
  ]
}

/// What one engine took for a job, once.
struct Measure {
  var seconds: Double
  var memory: Int
  /// In the form of peers.py; nil where there is nothing to compare.
  var answer: JSON?
  /// As a shell would take them.
  var commands: [String] = []
  /// Parts of a job of several, by name.
  var parts: [(name: String, seconds: Double)] = []

  init(_ run: Run, answer: JSON? = nil) {
    seconds = run.seconds
    memory = run.memory
    commands = [run.words.map(quoted).joined(separator: " ")]
    self.answer = answer
  }

  init(_ parts: [(name: String, measure: Measure)], answer: JSON?) {
    seconds = parts.reduce(0) { $0 + $1.measure.seconds }
    memory = parts.map(\.measure.memory).max() ?? 0
    self.answer = answer
    commands = parts.flatMap(\.measure.commands)
    self.parts = parts.map { ($0.name, $0.measure.seconds) }
  }
}

/// A word as a shell takes it; a program that is one is left out.
private func quoted(_ word: String) -> String {
  if word.contains("\n") { return "…" }
  let isPlain = word.utf8.allSatisfy { byte in
    byte > 0x7F || (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
      || "-_./=".utf8.contains(byte)
  }
  return isPlain && !word.isEmpty ? word : "'\(word)'"
}
