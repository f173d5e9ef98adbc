import KithSegments
import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

/// The moment a question is asked as of.
struct AsOfTests {
  @Test(arguments: [
    ("2026-10-01T12:00:00Z", "2026-10-01T12:00:00.000Z"),
    ("2026-10-01 12:00Z", "2026-10-01T12:00:00.000Z"),
    ("2026-10-01T12:00:00.123999Z", "2026-10-01T12:00:00.123Z"),
    ("2026-10-01T12:00:00+08:00", "2026-10-01T04:00:00.000Z"),
    ("2026-10-01T00:30-0530", "2026-10-01T06:00:00.000Z"),
    ("2026-10-01T23:59:59-08", "2026-10-02T07:59:59.000Z"),
  ])
  func `an instant is that instant`(text: String, instant: String) throws {
    guard case .instant(let read) = try AsOf(text) else {
      Issue.record("no instant: \(text)")
      return
    }
    #expect(read.rfc3339 == instant)
  }

  @Test(arguments: [
    "", "yesterday", "2026-02-30", "2026-10-01T", "2026-10-01T1:00Z", "2026-10-01T24:00Z",
    "2026-10-01T12:60Z", "2026-10-01T12:00:60Z", "2026-10-01T12:00:00.Z", "2026-10-01T12:00+8",
    "2026-10-01T12:00+08:0", "2026-10-01T12:00+0:800", "2026-10-01x12:00Z", "2026-10-01T+1:+2Z",
    "2026-10-01T12:00.5Z", "20261001",
  ])
  func `anything else is refused with the forms`(text: String) {
    #expect(throws: Diagnostic.self) { try AsOf(text) }
  }

  private func store(_ zone: String, now: String) throws -> Store {
    let clock = ManualClock(InMemoryLog.instant(now))
    return try Store.create(
      in: SimulatedFileSystem(), timeZone: zone, name: "test", outside: .test(clock: clock))
  }

  @Test func `a day is its last millisecond in the zone in force`() throws {
    let store = try store("Asia/Shanghai", now: "2026-11-21T10:00:00Z")
    let day = try store.moment(asOf: AsOf("2026-10-01"), horizon: nil)
    #expect(day.instant.rfc3339 == "2026-10-01T15:59:59.999Z")
    #expect(day.decisionsUntil == day.instant)
    #expect(day.day.description == "2026-10-01")
    let elsewhere = try store.moment(
      asOf: AsOf("2026-10-01"), timeZone: "UTC", weekStart: .sunday, horizon: nil)
    #expect(elsewhere.instant.rfc3339 == "2026-10-01T23:59:59.999Z")
    #expect(elsewhere.weekStart == .sunday)
    let wall = try store.moment(asOf: AsOf("2026-10-01 08:00"), horizon: nil)
    #expect(wall.instant.rfc3339 == "2026-10-01T00:00:00.000Z")
    #expect(throws: Diagnostic.self) { try store.moment(timeZone: "Mars/Olympus", horizon: nil) }
  }

  @Test func `without one it is the horizon, or now where that is earlier`() throws {
    let store = try store("UTC", now: "2026-11-21T10:00:00Z")
    let past = InMemoryLog.instant("2026-11-20T23:59:00Z")
    let future = InMemoryLog.instant("2027-01-01")
    #expect(try store.moment(horizon: past).instant == past)
    #expect(try store.moment(horizon: past).decisionsUntil == nil)
    #expect(try store.moment(horizon: future).instant == store.outside.clock.now())
    #expect(try store.moment(horizon: nil).instant == store.outside.clock.now())
  }

  @Test func `saved segments are the files of that ending`() throws {
    let store = try store("UTC", now: "2026-11-21T10:00:00Z")
    for (name, text) in [
      ("good.segment", "-- buyers\ndid(purchase)"), ("回流-1.segment", "true"), ("good.txt", "x"),
      (".segment", "true"), ("a b.segment", "true"),
    ] {
      try store.files.writeAtomically("segments/" + name, Array(text.utf8))
    }
    try store.files.writeAtomically("segments/bad.segment", [0xFF, 0xFE])
    let segments = try store.savedSegments()
    #expect(segments.keys.sorted() == ["good", "回流-1"])
    #expect(segments["good"]?.file == "segments/good.segment")
  }
}
