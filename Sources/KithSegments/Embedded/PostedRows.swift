import KithStore
import KithSystem

/// Goes through the postings of one event, one user of the base after the other: what stands there is
/// not looked for among a user's rows.
struct PostedRows: @unchecked Sendable {  // views into what `Columns` keeps
  let rows: UnsafeBufferPointer<UInt32>
  /// Milliseconds.
  let times: UnsafeBufferPointer<Int64>
  private let users: UnsafeBufferPointer<UInt32>
  private var next = 0

  /// The only event of a set; nil where it has none.
  init?(_ events: Set<UInt32>?, _ columns: Columns) {
    guard let events, events.count == 1, let event = events.first, let base = columns.users.base,
      let code = columns.runs[base].eventCodes.map({ $0.firstIndex(of: event) }) ?? Int(event),
      let postings = columns.index?.postings(code)
    else { return nil }
    self.init(postings)
  }

  init(_ postings: Postings) {
    (users, rows, times) = (postings.users, postings.rows, postings.times)
  }

  /// Whether a user has one within some instants; asked in order of users.
  @inline(__always)
  mutating func has(_ user: Int, from first: Int64, until last: Int64) -> Bool {
    for place in places(of: user) where times[place] >= first && times[place] <= last {
      return true
    }
    return false
  }

  /// The places of a user's events, in order. Cost: what lies between this user and the last one asked
  /// for, if that was a smaller one; else O(log postings).
  @inline(__always)
  mutating func places(of user: Int) -> Range<Int> {
    if next == 0 || Int(users[next &- 1]) >= user {
      next = users.partitionPoint { Int($0) >= user }
    }
    while next < users.count, Int(users[next]) < user { next &+= 1 }
    let start = next
    while next < users.count, Int(users[next]) == user { next &+= 1 }
    return start..<next
  }
}
