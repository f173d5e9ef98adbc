import Crypto
import Glibc
import KithSystem

/// A log of events and what is known of it, in a folder that keeps both.
struct Log {
  let events: Int
  let csv: String
  /// The next day's events.
  let delta: String
  let jsonLines: String
  let users: Int
  let newUsers: Int
  let busiest: String
  let median: String

  /// The date that answers are as of, the log's last day, and the one after the delta.
  static let asOf = "2026-06-30"
  static let asOfDelta = "2026-07-01"

  /// Finds a log, or makes it: with the generator where there is one, else a plain log of our own.
  init(events: Int, options: Options) throws {
    let size = events % 1_000_000 == 0 ? "\(events / 1_000_000)m" : "\(events)"
    csv = "\(options.data)/e\(size).csv"
    delta = "\(options.data)/d\(size).csv"
    jsonLines = "\(options.data)/j\(size).jsonl"
    if !exists(csv + ".meta.json") || !exists(delta) {
      if exists(options.generator) {
        say("making \(csv)")
        let words = [options.python, options.generator, "--events", "\(events)", "--seed", "7"]
        _ = try succeed(
          words + ["--out", csv, "--delta", "\(Log.deltaEvents)", "--delta-out", delta])
      } else {
        try OwnLog.write(events: events, csv: csv, delta: delta, deltaEvents: Log.deltaEvents)
      }
    }
    let meta = try JSON(utf8: readFile(csv + ".meta.json")[...])
    guard let users = meta["users"]?.int, let new = meta["delta_new_users"]?.int,
      let busiest = meta["busiest_user"]?.string, let median = meta["median_user"]?.string
    else { throw BenchError("\(csv).meta.json is not of this kind of log") }
    self.events = events
    self.users = users
    newUsers = new
    self.busiest = busiest
    self.median = median
  }

  static let deltaEvents = 100_000

  /// Makes the same log as JSON lines, where it is not there yet; false where there is no generator.
  func makeJSONLines(_ options: Options) throws -> Bool {
    if exists(jsonLines) { return true }
    guard exists(options.generator) else { return false }
    say("making \(jsonLines)")
    let words = [options.python, options.generator, "--events", "\(events)", "--seed", "7"]
    _ = try succeed(words + ["--out", jsonLines, "--jsonl"])
    return true
  }

  /// SHA-1 of the CSV of a million events, by which the agreed answers are those of this log.
  private static let knownSHA1 = "12898dd8a46da49f50ea9793d36ea8455a62ffd5"

  /// The agreed answers by job; nil where the log of a million events is not here or another one.
  func agreedAnswers(_ options: Options) throws -> JSON? {
    let million = options.data + "/e1m.csv"
    guard exists(options.answers), exists(million),
      try sha1(million) == Log.knownSHA1
    else { return nil }
    return try JSON(utf8: readFile(options.answers)[...])["\(events)"]
  }
}

/// Read a block at a time: what this program holds counts as memory of those it starts.
private func sha1(_ path: String) throws -> String {
  guard let file = fopen(path, "r") else { throw BenchError("cannot read \(path)") }
  defer { fclose(file) }
  var hash = Insecure.SHA1()
  var block = [UInt8](repeating: 0, count: 1 << 20)
  while true {
    let count = fread(&block, 1, block.count, file)
    if count == 0 { return hex(hash.finalize()) }
    hash.update(data: block[..<count])
  }
}

extension Options {
  var generator: String { shared + "/generate_events.py" }
  var peers: String { shared + "/peers.py" }
  var answers: String { shared + "/answers.json" }
}
