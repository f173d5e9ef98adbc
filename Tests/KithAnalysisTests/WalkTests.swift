import KithStore
import Testing

@testable import KithAnalysis
@testable import KithSegments

/// A walk over a part of the events lends what a walk over all of them shows of that part.
struct WalkTests {
  private struct Seen: Sendable, Equatable {
    var user: Int
    var times: [Int64] = []
    var days: [Int32] = []
    var events: [UInt32] = []
    var values: [Int64] = []
  }

  private func seen(
    _ log: RandomLog, doing events: Set<UInt32>? = nil, firstDays: Int32? = nil
  ) throws -> [Seen] {
    try log.engine.walk(
      doing: events, firstDays: firstDays, reading: [.days, .values], from: { [Seen]() },
      visit: { seen, visit in
        seen.append(
          Seen(
            user: visit.user, times: Array(visit.times), days: Array(visit.days),
            events: Array(visit.events), values: Array(visit.values)))
      }, merge: { $0 += $1 })
  }

  @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6])
  func `some events, the first days, or both`(seed: UInt64) throws {
    let log = try RandomLog(seed: seed, atDayEnd: seed % 3 != 0, rare: seed % 2 == 0)
    let everything = try seen(log)
    #expect(everything.count > 10)
    for names in [["a"], ["a", "c"], ["b"], ["nothing of the kind"]] as [[String]] {
      let codes = log.codes(names)
      for days in [nil, 1, 7] as [Int32?] {
        let expected = everything.compactMap { all -> Seen? in
          var part = Seen(user: all.user)
          for row in all.times.indices where codes.contains(all.events[row]) {
            if let days, all.days[row] - all.days[0] >= days { continue }
            part.times.append(all.times[row])
            part.days.append(all.days[row])
            part.events.append(all.events[row])
            part.values.append(all.values[row])
          }
          return part.times.isEmpty ? nil : part
        }
        #expect(try seen(log, doing: codes, firstDays: days) == expected)
      }
    }
    for days in [1, 3] as [Int32] {
      let counts = everything.map { all in all.days.count { $0 - all.days[0] < days } }
      #expect(try seen(log, firstDays: days).map(\.times.count) == counts)
    }
  }
}
