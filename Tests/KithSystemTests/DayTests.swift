import KithSystem
import Testing

struct DayTests {
  /// The calendar counted day by day, which nobody can get wrong.
  @Test func `days agree with a calendar counted one by one`() {
    var (year, month, day) = (1970, 1, 1)
    for number in 0..<60_000 {
      let here = Day(number: Int32(number))
      #expect(here.civil == (year, month, day))
      #expect(Day(year: year, month: month, day: day) == here)
      #expect(here.weekday == (number + 3) % 7)
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      day += 1
      if day > lengths[month - 1] { (month, day) = (month + 1, 1) }
      if month > 12 { (year, month) = (year + 1, 1) }
    }
  }

  @Test(arguments: [
    "2026-02-29", "2026-13-01", "2026-00-10", "2026-1-01", "2026-01-01 ", "2026-01-0x", "",
    "２０２６-01-01",
  ])
  func `what is no date is not read`(text: String) {
    #expect(Day(text) == nil)
  }

  @Test func `days before 1970 are read and written`() {
    let day = Day(number: -1)
    #expect(day.description == "1969-12-31")
    #expect(day.weekday == 2)
    #expect(Day("1969-12-31") == day)
    #expect(Day.split(-1) == (day, Instant.dayMs - 1))
  }

  @Test(arguments: [
    (WeekStart.monday, "2026-11-16"), (.sunday, "2026-11-15"),
  ])
  func `a week starts where it is told to`(start: WeekStart, first: String) throws {
    for text in ["2026-11-16", "2026-11-19", "2026-11-21"] {
      #expect(try #require(Day(text)).startOfWeek(start).description == first)
    }
  }

  @Test(arguments: [
    ("2026-11-21T18:02:03.123Z", Int64(1_795_284_123_123)), ("1970-01-01T00:00:00.000Z", 0),
  ])
  func `an instant is written in RFC 3339 and read again`(text: String, milliseconds: Int64) {
    #expect(Instant(milliseconds: milliseconds).rfc3339 == text)
    #expect(Instant(rfc3339: text)?.milliseconds == milliseconds)
  }

  @Test(arguments: [
    "2026-11-21T18:02:03Z", "2026-11-21T24:02:03.123Z", "2026-11-21T18:60:03.123Z",
    "2026-02-30T18:00:03.123Z", "2026-11-21T18:02:03.123+", "2026-11-21 18:02:03.123Z",
  ])
  func `what is no instant is not read`(text: String) {
    #expect(Instant(rfc3339: text) == nil)
  }
}
