import Glibc
import KithSystem

/// A plain log in the form of the generator's, for a tree that stands alone: the same columns and names,
/// users who come often or seldom, values for purchases.
enum OwnLog {
  private static let names = [
    "app_open", "app_open", "app_open", "view", "view", "click", "login", "search_query",
    "add_to_cart", "purchase", "share", "refund",
  ]
  private static let sources = ["search", "direct", "social", "email", "ads", "referral"]
  private static let firstDay = 19_905  // 2024-07-01
  private static let days = 730

  static func write(events: Int, csv: String, delta: String, deltaEvents: Int) throws {
    say("no generator: making a plain log, \(csv)")
    let users = max(1, events / 50)
    let new = deltaEvents / 400
    var counts = [Int](repeating: 0, count: users)
    var chance = Chance(state: 7)
    try writeLines(to: csv) { line in
      for index in 0..<events {
        // The first event of each user is a signup, spread over the first nine tenths of the log.
        let born = min(users, index * 10 * users / (9 * events) + 1)
        let isNew = index == 0 || born > min(users, (index - 1) * 10 * users / (9 * events) + 1)
        let user = isNew ? born - 1 : chance.skewed(below: born)
        counts[user] += 1
        let seconds = Double(index) / Double(events) * Double(days * 86_400)
        line.add(user: user, second: firstDay * 86_400 + Int(seconds), isSignup: isNew, &chance)
      }
    }
    try writeLines(to: delta) { line in
      for index in 0..<deltaEvents {
        let isNew = index < new
        let user = isNew ? users + index : chance.skewed(below: users)
        let second = (firstDay + days) * 86_400 + index * 86_400 / deltaEvents
        line.add(user: user, second: second, isSignup: isNew, &chance)
      }
    }
    let ranked = counts.indices.sorted { counts[$0] > counts[$1] }
    let meta: JSON = [
      "events": .int(events), "users": .int(users), "delta_new_users": .int(new),
      "busiest_user": .string(id(ranked[0])), "median_user": .string(id(ranked[users / 2])),
    ]
    try writeText(meta.pretty, to: csv + ".meta.json")
  }

  private static func id(_ user: Int) -> String {
    "u\(1_000_000 + user * 7919 % 9_000_000)-\(user)"
  }

  /// Writes lines a block at a time, so that memory does not grow with the log.
  private static func writeLines(to path: String, _ body: (inout Lines) -> Void) throws {
    guard let file = fopen(path, "w") else { throw BenchError("cannot write \(path)") }
    var lines = Lines(file: file)
    body(&lines)
    lines.flush()
    guard fclose(file) == 0 else { throw BenchError("cannot write \(path)") }
  }

  private struct Lines {
    let file: UnsafeMutablePointer<FILE>
    var text = "user_id,time,event,value,source\n"

    mutating func add(user: Int, second: Int, isSignup: Bool, _ chance: inout Chance) {
      let name = isSignup ? "signup" : names[chance.below(names.count)]
      let cents = name == "purchase" ? 500 + chance.below(20_000) : name == "refund" ? -900 : 0
      let value = cents == 0 ? "" : "\(cents / 100).\(pad(Int64(abs(cents) % 100), 2))"
      let time = Instant(milliseconds: Int64(second) * 1000).rfc3339.prefix(19)
      let source = chance.below(4) == 0 ? "" : sources[chance.below(sources.count)]
      text += "\(id(user)),\(time)Z,\(name),\(value),\(source)\n"
      if text.utf8.count > 1 << 16 { flush() }
    }

    mutating func flush() {
      var bytes = text
      bytes.withUTF8 { _ = fwrite($0.baseAddress, 1, $0.count, file) }
      text = ""
    }
  }

  /// SplitMix64.
  private struct Chance {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return Int(((mixed ^ (mixed >> 31)) >> 32) * UInt64(bound) >> 32)
    }

    /// Low numbers are drawn far more often than high ones.
    mutating func skewed(below bound: Int) -> Int {
      let part = bound * below(1 << 20) / (1 << 20)
      return part * below(1 << 20) / (1 << 20)
    }
  }
}
