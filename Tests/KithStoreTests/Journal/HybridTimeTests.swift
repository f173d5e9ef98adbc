import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

struct HybridTimeTests {
  private func time(_ milliseconds: Int64, _ counter: UInt16 = 0) -> HybridTime {
    HybridTime(milliseconds: milliseconds, counter: counter)
  }

  @Test func `the next time is after the wall clock and after what was seen`() {
    let now = Instant(milliseconds: 1000)
    #expect(HybridTime.next(after: nil, now: now) == time(1000))
    #expect(HybridTime.next(after: time(999, 7), now: now) == time(1000))
    #expect(HybridTime.next(after: time(1000), now: now) == time(1000, 1))
    #expect(HybridTime.next(after: time(5000, 3), now: now) == time(5000, 4))
    #expect(HybridTime.next(after: time(5000, .max), now: now) == time(5001))
  }

  @Test(
    arguments: [(0, 0), (1_792_000_000_000, 65_535), (0xFFFF_FFFF_FFFF, 1)] as [(Int64, UInt16)])
  func `text order is clock order`(milliseconds: Int64, counter: UInt16) {
    let here = time(milliseconds, counter)
    #expect(here.description.utf8.count == 16)
    #expect(HybridTime(here.description) == here)
    if milliseconds > 0 {
      #expect(time(milliseconds - 1, .max).description < here.description)
    }
  }

  @Test(arguments: ["", "01a13b860000000", "01a13b86000000000", "01a13b860000000g"])
  func `what is no time is not read`(text: String) {
    #expect(HybridTime(text) == nil)
  }

  /// Another writer's clock is ahead; a later decision still wins, unless it is a day ahead.
  @Test(arguments: [(23, true), (24, true), (25, false)])
  func `a clock that is far ahead is not adopted`(hours: Int, isAdopted: Bool) throws {
    let disk = SimulatedFileSystem()
    let clock = ManualClock()
    let fast = ManualClock(clock.now().advanced(by: Int64(hours) * 3_600_000))
    let store = try Store.create(
      in: disk, timeZone: "UTC", name: "tea", outside: .test(clock: clock))
    let other = try Store.open(
      files: disk, outside: .test(clock: fast, seed: 2, state: SimulatedFileSystem()))
    try other.decide(.tagAdd(tag: "core", users: .named(["ann"])))
    let entry = try store.decide(.tagRemove(tag: "core", users: .named(["ann"])))
    #expect((entry.clock.milliseconds == fast.now().milliseconds) == isAdopted)
    #expect(try store.decisions().has("core", user: "ann") != isAdopted)
    #expect(entry.at == clock.now())
  }

  @Test func `a clock that goes back does not reorder decisions`() throws {
    let clock = ManualClock()
    let store = try Store.create(
      in: SimulatedFileSystem(), timeZone: "UTC", name: "tea", outside: .test(clock: clock))
    try store.decide(.tagAdd(tag: "core", users: .named(["ann"])))
    clock.advance(by: -3_600_000)
    try store.decide(.tagRemove(tag: "core", users: .named(["ann"])))
    #expect(!(try store.decisions().has("core", user: "ann")))
  }
}
