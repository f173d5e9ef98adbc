/// The order of a run: rows by user, then time, then arrival.
///
/// A counting sort by user keeps arrival; then only users whose times are not ascending are sorted,
/// by time and row, which is stable. Cost: two passes over the rows.
/// - Returns: the rows in order; and the first place of each user, then the number of rows.
func rowOrder(
  users: [UInt32], ranks: [UInt32], times: [Int64]
) -> (order: [UInt32], starts: [UInt32]) {
  var next = [Int](repeating: 0, count: ranks.count + 1)
  for user in users { next[Int(ranks[Int(user)]) + 1] += 1 }
  for rank in ranks.indices { next[rank + 1] += next[rank] }
  let starts = next
  var order = [UInt32](repeating: 0, count: users.count)
  for (row, user) in users.enumerated() {
    let rank = Int(ranks[Int(user)])
    order[next[rank]] = UInt32(truncatingIfNeeded: row)
    next[rank] += 1
  }
  for rank in ranks.indices {
    let slice = starts[rank]..<starts[rank + 1]
    guard !isAscending(order, slice, times) else { continue }
    order[slice].sort { left, right in
      (times[Int(left)], left) < (times[Int(right)], right)
    }
  }
  return (order, starts.map { UInt32(truncatingIfNeeded: $0) })
}

private func isAscending(_ order: [UInt32], _ slice: Range<Int>, _ times: [Int64]) -> Bool {
  var before = Int64.min
  for place in slice {
    let time = times[Int(order[place])]
    if time < before { return false }
    before = time
  }
  return true
}
