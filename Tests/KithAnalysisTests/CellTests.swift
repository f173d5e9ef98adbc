import KithSegments
import Testing

@testable import KithAnalysis

/// Behind every number that counts users stand as many.
struct CellTests {
  /// How many users each cell was visited with; one twice would count once.
  private func cells(_ visit: (CellVisitor) throws -> Void) rethrows -> [String: Int] {
    var users: [String: Set<Int>] = [:]
    try visit { users[$0, default: []].insert($1) }
    return users.mapValues(\.count)
  }

  /// The counts that are not zero.
  private func counted(_ numbers: [(String, Int)]) -> [String: Int] {
    Dictionary(uniqueKeysWithValues: numbers.filter { $0.1 > 0 })
  }

  @Test(arguments: [UInt64(1), 2, 3, 4])
  func `sources, by every column`(seed: UInt64) throws {
    let log = try RandomLog(seed: seed, users: 80, atDayEnd: seed % 2 == 0, rare: seed > 2)
    for quality in try SourceQuality.of(log.engine, conversion: "a", days: [1, 7]) {
      let wanted = quality.rows.flatMap { row in
        [
          (row.source, row.registered), ("\(row.source) activated", row.activated),
          ("\(row.source) converted", row.converted),
        ]
          + zip(quality.days, row.kept).flatMap { days, kept in
            [
              ("\(row.source) day \(days)", kept.onDay),
              ("\(row.source) to day \(days)", kept.within),
            ]
          }
      }
      #expect(try cells { try quality.eachUser(log.engine, Scope(), $0) } == counted(wanted))
    }
  }

  @Test(arguments: [UInt64(1), 2, 3, 4])
  func `metrics and stickiness, by every day`(seed: UInt64) throws {
    let log = try RandomLog(seed: seed, users: 80, atDayEnd: seed % 2 == 0, rare: seed > 2)
    let metrics = try Metrics.of(log.engine, event: "a")[0]
    let wanted = metrics.rows.flatMap { row in
      [("\(row.day) dau", row.active), ("\(row.day) payers", row.payers)]
    }
    #expect(
      try cells { try metrics.eachUserOfDays(log.engine, Scope(), group: 0, $0) }
        == counted(wanted))
    let stickiness = try Stickiness.of(log.engine)[0]
    let found = try cells { try Stickiness.eachUser(log.engine, Scope(), group: 0, $0) }
    for row in stickiness.rows { #expect(found["\(row.day) dau"] ?? 0 == row.dau) }
    #expect(found["mau"] ?? 0 == stickiness.rows.last?.mau)
  }

  @Test(arguments: [UInt64(1), 2])
  func `the size of every cohort`(seed: UInt64) throws {
    let log = try RandomLog(seed: seed, users: 80, atDayEnd: true)
    let question = RetentionQuestion(period: .week, start: "a", back: "c")
    let found = try cells {
      try Retention.eachUser(log.engine, Scope(), group: 0, question, $0)
    }
    for cohort in try Retention.of(log.engine, Scope(), question)[0].cohorts {
      #expect(found["\(cohort.start) users"] ?? 0 == cohort.size)
    }
  }
}
