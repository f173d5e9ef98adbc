import KithSystem

/// The release build of kith, and its store of one log.
///
/// A figure is the whole process, from exec to exit, with the files in the page cache.
struct KithEngine {
  let options: Options
  let log: Log
  private let store: String
  private let rules: String

  init(options: Options, log: Log) {
    self.options = options
    self.log = log
    store = "\(options.data)/kith-\(log.events)"
    rules = "\(options.data)/rules-\(log.events).yaml"
  }

  private func kith(_ words: [String], in store: String) throws -> Run {
    try kith(words + ["--store", store])
  }

  private func kith(_ words: [String]) throws -> Run {
    try succeed(
      [options.kith] + words,
      variables: ["XDG_STATE_HOME=\(options.data)/state"], allowed: [0, 3])
  }

  private func remove(_ path: String) throws {
    _ = try succeed(["rm", "-rf", path])
  }

  // MARK: Importing

  /// Into a new store, which the other jobs are then asked on.
  func importLog(_ file: String) throws -> Measure {
    try importLog(file, into: store)
  }

  private func importLog(_ file: String, into store: String) throws -> Measure {
    try remove(store)
    _ = try kith(["init", store, "--time-zone", "UTC"])
    let run = try kith(["import", file, "--json"], in: store)
    let report = try JSON(utf8: run.output[...])
    return Measure(
      run, answer: ["events": report["events"] ?? .null, "users": report["users"] ?? .null])
  }

  func importLines() throws -> Measure {
    guard try log.makeJSONLines(options) else {
      throw BenchError("JSON lines are made by the generator, which is missing")
    }
    defer { try? remove(store + "-lines") }
    return try importLog(log.jsonLines, into: store + "-lines")
  }

  // MARK: Questions

  func ask(_ question: Question) throws -> Measure {
    try ask(question, in: store, users: log.users)
  }

  /// - Parameter users: how many there are; a twentieth of them, rounded up, may be core.
  private func ask(_ question: Question, in store: String, users: Int) throws -> Measure {
    let isClassify = question.words[0] == "stages"
    if isClassify { try writeRules(users: users) }
    let run = try kith(question.words + (isClassify ? ["--rules", rules] : []), in: store)
    var answer = try question.answer(run.output)
    if isClassify, case .object(let members) = answer {
      answer = .object(members + [.init("edge_cents", try edge(question, store, users))])
    }
    return Measure(run, answer: answer)
  }

  private func writeRules(users: Int) throws {
    let text = """
      stages:
        core: days(any, 30d) >= 12 and top(\(twentieth(users)), sum(any.value))
        new: age < 7d
        active: days(any, 7d) >= 1
        effective: since(any) < 90d
        dormant: true
      bands: {}

      """
    try writeText(text, to: rules)
  }

  private func twentieth(_ users: Int) -> Int { (users + 19) / 20 }

  /// The least value, in cents, that is among the twentieth with the highest; not measured.
  private func edge(_ question: Question, _ store: String, _ users: Int) throws -> JSON {
    let asOf = question.words.last ?? Log.asOf
    let words = ["users", "true", "--sort", "-value", "--offset", "\(twentieth(users) - 1)"]
    let run = try kith(
      words + ["--limit", "1", "--columns", "value", "--json", "--as-of", asOf], in: store)
    let value = try JSON(utf8: run.output[...]).array?.first?["value"]?.string ?? ""
    return .int(cents(value))
  }

  func count(_ expression: String) throws -> Measure {
    let words = ["users", expression, "--count", "--as-of", Log.asOf]
    return Measure(try kith(words, in: store))
  }

  /// The busiest user's first screen. The whole timelines are compared, but not measured.
  func timeline() throws -> Measure {
    let words = ["user", log.busiest, "--limit", "100", "--as-of", Log.asOf]
    let run = try kith(words, in: store)
    return Measure(
      run,
      answer: ["busiest": try timeline(of: log.busiest), "median": try timeline(of: log.median)])
  }

  private func timeline(of user: String) throws -> JSON {
    let run = try kith(["user", user, "--json", "--as-of", Log.asOf], in: store)
    let events = try JSON(utf8: run.output[...])["timeline"]?.array ?? []
    let rows = try events.map { event in
      guard let time = event["time"]?.string.flatMap(epochSecond), let name = event["event"]?.string
      else { throw BenchError("no event of a timeline: \(event.compact)") }
      return (time, name, cents(event["value"]?.string ?? "0"), event["source"]?.string ?? "")
    }
    let lines = rows.sorted { $0 < $1 }.map { "\($0.0),\($0.1),\($0.2),\($0.3)" }
    return ["events": .int(lines.count), "md5": .string(md5(lines))]
  }

  /// The first hundred users and a hundred further down, in two orders.
  func page() throws -> Measure {
    var parts: [(String, Measure)] = []
    var answer: [JSON.Member] = []
    for (name, sort) in [("last_seen", "-last"), ("value", "-value")] {
      var ids: [String] = []
      for offset in [0, 10_000] {
        let words = ["users", "true", "--sort", sort, "--limit", "100", "--offset", "\(offset)"]
        let run = try kith(words + ["--as-of", Log.asOf], in: store)
        let lines = run.output.split(separator: 0x0A).dropFirst()
        ids += lines.map { String(decoding: $0.prefix { $0 != 0x09 }, as: UTF8.self) }
        parts.append(("\(sort) from \(offset)", Measure(run)))
      }
      answer.append(.init(name, .string(md5(ids))))
    }
    return Measure(parts, answer: .object(answer))
  }

  // MARK: Several at once

  /// The delta into a copy of the store, and the five as of its day.
  func append() throws -> Measure {
    let copy = store + "-append"
    try remove(copy)
    _ = try succeed(["cp", "-a", "--reflink=auto", store, copy])
    defer { try? remove(copy) }
    var parts: [(String, Measure)] = [
      ("append", Measure(try kith(["import", log.delta], in: copy)))
    ]
    let users = log.users + log.newUsers
    for name in Job.five {
      parts.append((name, try ask(.of(name, asOf: Log.asOfDelta), in: copy, users: users)))
    }
    let answers = parts.dropFirst().map { JSON.Member($0.0, $0.1.answer ?? .null) }
    return Measure(parts, answer: .object(answers))
  }

  /// The five, each on a store whose derived state was deleted.
  func raw() throws -> Measure {
    var parts: [(String, Measure)] = []
    for name in Job.five {
      try remove(store + "/cache")
      parts.append((name, try ask(.of(name, asOf: Log.asOf))))
    }
    let answers = parts.map { JSON.Member($0.0, $0.1.answer ?? .null) }
    return Measure(parts, answer: .object(answers))
  }
}

/// `12.340000` as 1234.
private func cents(_ text: String) -> Int {
  let isNegative = text.hasPrefix("-")
  let parts = text.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
  let fraction = ((parts.count > 1 ? String(parts[1]) : "") + "00").prefix(2)
  let size = (Int(parts.first ?? "0") ?? 0) * 100 + (Int(fraction) ?? 0)
  return isNegative ? -size : size
}

/// `2026-06-30T01:02:03.000Z` in seconds since 1970.
private func epochSecond(_ text: String) -> Int? {
  Instant(rfc3339: text).map { Int($0.milliseconds / 1000) }
}
