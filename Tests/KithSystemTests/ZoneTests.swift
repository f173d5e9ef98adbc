import KithSystem
import Testing

struct ZoneTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let zone: String
    let local: String
    /// In UTC.
    let instant: String
    let why: String

    var testDescription: String { "\(zone): \(why)" }
  }

  /// Wall-clock times and the instants they stand for.
  static let cases = [
    Case(
      zone: "Europe/Berlin", local: "2026-07-01 12:00", instant: "2026-07-01T10:00:00.000Z",
      why: "summer"),
    Case(
      zone: "Europe/Berlin", local: "2026-01-01 12:00", instant: "2026-01-01T11:00:00.000Z",
      why: "winter"),
    Case(
      zone: "Europe/Berlin", local: "2026-03-29 02:30", instant: "2026-03-29T01:30:00.000Z",
      why: "skipped: the offset before the gap"),
    Case(
      zone: "Europe/Berlin", local: "2026-10-25 02:30", instant: "2026-10-25T00:30:00.000Z",
      why: "repeated: the first"),
    Case(
      zone: "America/New_York", local: "2026-03-08 02:30", instant: "2026-03-08T07:30:00.000Z",
      why: "skipped"),
    Case(
      zone: "America/New_York", local: "2026-11-01 01:30", instant: "2026-11-01T05:30:00.000Z",
      why: "repeated"),
    Case(
      zone: "Europe/Berlin", local: "2040-07-01 12:00", instant: "2040-07-01T10:00:00.000Z",
      why: "summer by the rule, after the recorded changes"),
    Case(
      zone: "Europe/Berlin", local: "2040-12-01 12:00", instant: "2040-12-01T11:00:00.000Z",
      why: "winter by the rule"),
    Case(
      zone: "Asia/Kolkata", local: "2026-05-01 00:00", instant: "2026-04-30T18:30:00.000Z",
      why: "half an hour"),
    Case(
      zone: "Asia/Shanghai", local: "1988-07-01 12:00", instant: "1988-07-01T03:00:00.000Z",
      why: "the summer time of the eighties"),
    Case(
      zone: "UTC", local: "2026-05-01 00:00", instant: "2026-05-01T00:00:00.000Z", why: "itself"),
  ]

  @Test(arguments: cases)
  func `a wall-clock time stands for one instant`(test: Case) throws {
    let zone = try Zone.named(test.zone)
    let day = try #require(Day(test.local.prefix(10)))
    let clock = test.local.suffix(5).split(separator: ":").compactMap { Int64($0) }
    let local = Int64(day.number) * Instant.dayMs + (clock[0] * 60 + clock[1]) * 60_000
    #expect(zone.instant(ofLocal: local).rfc3339 == test.instant)
  }

  @Test(arguments: ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "America/Sao_Paulo"])
  func `a day is what the offset says, and a span holds one offset`(name: String) throws {
    let zone = try Zone.named(name)
    for hour in 0..<(24 * 800) {
      let instant = Instant(milliseconds: 1_500_000_000_000 + Int64(hour) * 3_600_000)
      let offset = zone.offset(at: instant)
      #expect(zone.day(of: instant) == Day.split(instant.milliseconds + offset).day)
      let span = zone.span(around: instant)
      #expect(span.range.contains(instant.milliseconds) && span.offset == offset)
      #expect(zone.start(of: zone.day(of: instant)) <= instant)
      #expect(zone.end(of: zone.day(of: instant)) >= instant)
    }
  }

  @Test func `a day whose midnight is skipped starts an hour later`() throws {
    let zone = try Zone.named("America/Sao_Paulo")
    let start = zone.start(of: try #require(Day("2017-10-15")))
    #expect(start.rfc3339 == "2017-10-15T03:00:00.000Z")
    #expect(zone.text(start) == "2017-10-15 01:00")
  }

  @Test(arguments: [
    "Mars/Olympus", "", "../../etc/passwd", "Europe/../Europe/Berlin", "Europe", "/etc/localtime",
    "Europe/Berlin\u{0}", ".", "tzdata.zi",
  ])
  func `what is no zone is refused`(name: String) {
    #expect(throws: ZoneError.self) { try Zone.named(name) }
  }

  @Test(arguments: [
    ("Asia/Shanghai", "Asia/Shanghai"), (":Europe/Berlin", "Europe/Berlin"),
    ("/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"),
  ])
  func `the machine's zone is the one of TZ`(value: String, name: String) {
    var outside = Outside.real()
    outside.variables = ["TZ": value]
    #expect(outside.localZoneName == name)
  }

  @Test(arguments: [
    ("Asia/Kolkata", "+05:30"), ("Asia/Shanghai", "+08"), ("America/New_York", "-05"),
  ])
  func `an offset is written in hours, and minutes where there are any`(
    name: String, text: String
  ) throws {
    let zone = try Zone.named(name)
    #expect(zone.offsetText(at: Instant(milliseconds: 1_767_225_600_000)) == text)
  }
}
