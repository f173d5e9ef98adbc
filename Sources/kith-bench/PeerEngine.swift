import KithSystem

/// One of the engines of peers.py, with a store of its own.
///
/// A figure is its query alone, the first in a fresh process, with the library loaded and the store open.
struct PeerEngine {
  let name: String
  let options: Options
  let log: Log

  private var store: String { "\(options.data)/\(name)-\(log.events)" }

  func run(_ job: Job) throws -> Measure? {
    switch job.peer {
    case .none: return nil
    case .same(let peer):
      if !job.isImport { try makeStore() }
      return try measure(peer)
    case .comparable(let peer):
      try makeStore()
      var measure = try measure(peer)
      measure.answer = nil
      return measure
    case .five:
      try makeStore()
      let parts = try Job.five.map { (name: $0, measure: try measure($0)) }
      return Measure(
        parts, answer: .object(parts.map { .init($0.name, $0.measure.answer ?? .null) }))
    case .lines: return try name == "duckdb" ? importLines() : nil
    }
  }

  /// The store that the questions are asked on, where no import was measured.
  private func makeStore() throws {
    if !exists(store) {
      say("\(name): making its store")
      _ = try measure("import")
    }
  }

  private func measure(_ peer: String) throws -> Measure {
    var words = [
      options.python, options.peers, "--data", log.csv, "--engine", name, "--job", peer,
      "--store", store,
    ]
    if peer == "append" { words += ["--delta", log.delta] }
    return try measure(words)
  }

  private func measure(_ words: [String]) throws -> Measure {
    let run = try succeed(words)
    let line = try JSON(utf8: run.output.drop { $0 != 0x7B })
    guard let seconds = line["first_s"]?.double else {
      throw BenchError("no figure from " + words.joined(separator: " "))
    }
    var measure = Measure(run, answer: line["answer"])
    measure.seconds = seconds
    return measure
  }

  /// peers.py imports CSV alone; this is its import of DuckDB with the other reader.
  private func importLines() throws -> Measure? {
    guard try log.makeJSONLines(options) else { return nil }
    let program = """
      import duckdb, json, os, sys, time
      source, store = sys.argv[1:]
      if os.path.exists(store): os.remove(store)
      db = duckdb.connect(store)
      db.execute("SET threads=2; SET preserve_insertion_order=false")
      begin = time.perf_counter()
      db.execute(f\"\"\"CREATE TABLE events AS SELECT * FROM read_json('{source}',
        format='newline_delimited', columns={{'user_id':'VARCHAR','time':'TIMESTAMP',
        'event':'VARCHAR','value':'DOUBLE','source':'VARCHAR'}})\"\"\")
      db.execute("CHECKPOINT")
      took = time.perf_counter() - begin
      rows, users = db.execute("SELECT count(*), count(DISTINCT user_id) FROM events").fetchone()
      print(json.dumps({"first_s": took, "answer": {"events": rows, "users": users}}))
      """
    let file = store + "-lines.db"
    let measure = try measure([options.python, "-c", program, log.jsonLines, file])
    _ = try succeed(["rm", "-f", file])
    return measure
  }
}

extension JSON {
  var double: Double? { if case .number(let digits) = self { Double(digits) } else { nil } }
}
