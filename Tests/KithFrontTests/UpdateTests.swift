import KithScreen
import KithSegments
import KithStore
import KithSystem
import Synchronization
import Testing

@testable import KithFront

struct UpdateTests {
  @Test func `an answer to an earlier question is dropped`() throws {
    var driver = try Driver()
    driver.holds = { if case .page = $0 { true } else { false } }
    driver.press("s j enter")  // by days
    driver.press("s j enter")  // by value
    #expect(driver.held.count == 2)
    driver.release([1, 0])
    #expect(driver.model.focused.sort.key == .value)
    #expect(driver.model.focused.rows[0]?.id == "李娜")
    #expect(driver.model.focused.rows[1]?.id == "zoë@kite.example")
  }

  @Test func `what an earlier engine answers is dropped`() throws {
    var driver = try Driver()
    driver.holds = { if case .stages = $0 { true } else { false } }
    driver.press("[")
    let late = driver.held
    driver.holds = { _ in false }
    driver.press("[")
    let counts = driver.model.stageCounts
    driver.take(update(&driver.model, .answer(.stages([], epoch: 2))))
    #expect(!late.isEmpty && driver.model.stageCounts == counts)
  }

  @Test func `a filter is counted while typed, holds, and goes in two steps`() throws {
    var driver = try Driver()
    driver.press("/")
    driver.type("value > 100")
    guard case .filter(let line) = driver.model.mode else {
      Issue.record("no line")
      return
    }
    #expect(line.count == 4 && line.mistake == nil)
    driver.press("enter")
    #expect(driver.model.filter == "value > 100")
    #expect(driver.model.panes.map(\.total) == [1, 1, 2])
    driver.press("/ x esc")
    #expect(driver.model.filter == "value > 100", "esc leaves the line alone")
    #expect(driver.model.filterHistory.last == "value > 100x", "and loses no typed text")
    driver.press("/ up")
    guard case .filter(let recalled) = driver.model.mode else { return }
    #expect(recalled.line.editor.text == "value > 100x")
    driver.press("esc esc")
    #expect(driver.model.filter.isEmpty)
    #expect(driver.model.panes.map(\.total) == [3, 2, 2])
  }

  @Test func `a filter with a mistake does not hold`() throws {
    var driver = try Driver()
    driver.press("/")
    driver.type("oops")
    driver.press("enter")
    #expect(driver.model.filter.isEmpty)
    #expect(driver.model.context == .line)
    #expect(driver.text.contains("no such measure: `oops`"))
  }

  @Test func `enter before the count holds once it has come`() throws {
    var driver = try Driver()
    driver.holds = { if case .check = $0 { true } else { false } }
    driver.press("/")
    driver.type("true")
    driver.press("enter")
    #expect(driver.model.filter.isEmpty)
    driver.release()
    #expect(driver.model.filter == "true")
  }

  @Test func `a tag, its undoing and its redoing`() throws {
    var driver = try Driver()
    driver.press("t")
    driver.type("v")
    driver.press("tab enter")
    #expect(driver.model.flash?.text == "李娜: tagged vip")
    #expect(driver.model.focused.rows[0]?.tags == ["vip"])
    driver.press("u")
    #expect(driver.model.focused.rows[0]?.tags == [])
    driver.press("U")
    #expect(driver.model.focused.rows[0]?.tags == ["vip"])
    #expect(driver.model.decisionsUnderWay == 0)
  }

  @Test func `c makes core and takes it back`() throws {
    var driver = try Driver()
    driver.press("c")
    #expect(driver.model.panes.map(\.total) == [2, 2, 3])
    driver.press("tab tab")
    let place = (0..<3).first { driver.model.focused.rows[$0]?.id == "李娜" }
    for _ in 0..<(place ?? 0) { driver.press("j") }
    driver.press("c")
    #expect(driver.model.panes.map(\.total) == [3, 2, 2])
  }

  @Test func `more than one user are counted first`() throws {
    var driver = try Driver()
    driver.press("space space c")
    #expect(driver.text.contains("2 users"))
    #expect(!driver.asked.contains { if case .decide = $0 { true } else { false } })
    driver.press("n")
    #expect(driver.model.marks.count == 2, "no loses nothing")
    driver.press("c y")
    #expect(driver.model.panes.map(\.total) == [1, 2, 4])
  }

  @Test func `all that match is an expression, less what was taken out`() throws {
    var driver = try Driver(FakeSource(crowd: 1_000_000))
    driver.press("*")
    #expect(driver.model.marks.count == 1_000_003)
    driver.press("space")
    driver.press("o")
    driver.type("lin")
    driver.press("enter")
    #expect(driver.text.contains("1,000,002 users"))
    guard case .confirm(let confirm) = driver.model.mode else {
      Issue.record("nothing was asked")
      return
    }
    let audience = Audience.expression("stage = \"effective\"", except: ["李娜"])
    #expect(confirm.effects == [.decide(.owner("lin"), audience, epoch: 1)])
  }

  @Test func `a range is marked`() throws {
    var driver = try Driver()
    driver.press("v j j v")
    #expect(driver.model.marks.ids == ["李娜", "u-20931", "zoë@kite.example"])
    driver.press("esc")
    #expect(driver.model.marks.isEmpty)
  }

  @Test func `a long range is asked for, a very long one refused`() throws {
    var driver = try Driver(FakeSource(crowd: 1_000_000))
    driver.press("v")
    for _ in 0..<40 { driver.press("pgdn") }
    let last = try #require(driver.model.focused.current?.id)
    driver.press("v")
    #expect(driver.model.marks.count == driver.model.focused.window.cursor + 1)
    #expect(driver.model.marks.ids.isSuperset(of: ["李娜", last]))
    driver.press("esc g v G v")
    #expect(driver.model.marks.isEmpty && driver.model.flash?.kind == .error)
  }

  @Test func `a million users are seen in windows`() throws {
    var driver = try Driver(FakeSource(crowd: 1_000_000))
    driver.press("G")
    #expect(driver.text.contains("u-1999999"))
    for _ in 0..<300 { driver.press("k") }
    driver.press("ctrl-u pgup g pgdn pgdn")
    #expect(!driver.text.contains(" · \n"))
    let limits = driver.asked.map { effect -> Int in
      if case .page(let request) = effect { request.limit } else { 0 }
    }
    #expect((limits.max() ?? 0) <= 256)
    #expect(limits.count { $0 > 0 } < 14, "a page is asked for once")
  }

  @Test func `typed text is no command, and a paste neither`() throws {
    var driver = try Driver()
    let before = driver.asked.count
    driver.input(.text("你"))
    #expect(driver.model.flash?.text.contains("/ filters") == true)
    driver.input(.paste("ccc\nq"))
    #expect(driver.asked.count == before && !driver.model.wantsQuit)
    driver.input(.text("／"))
    driver.input(.paste("true\n\u{1B}[31m"))
    guard case .filter(let filter) = driver.model.mode else {
      Issue.record("a full-width slash opens the filter")
      return
    }
    #expect(filter.line.editor.text == "true [31m")
  }

  @Test func `typing outlives any resize`() throws {
    var driver = try Driver()
    driver.press("n")
    driver.type("likes ")
    driver.resize(20, 6)
    driver.type("oolong")
    driver.resize(300, 100)
    driver.press("enter")
    #expect(driver.model.flash?.text == "李娜: note: likes oolong")
  }

  @Test func `the past is seen and not decided in`() throws {
    var driver = try Driver()
    driver.press("[ {")
    let asOf = try #require(driver.model.data?.asOf)
    #expect(Zone.utc.clock(asOf) == "2026-11-13 23:59")
    driver.press("c")
    #expect(driver.model.flash?.text == driver.model.words(.whyTimeTravel))
    driver.press("} ]")
    #expect(driver.model.data?.asOf == nil, "beyond the newest is the newest")
    driver.press("[ =")
    #expect(driver.model.data?.asOf == nil)
  }

  @Test func `a read-only store takes no decision`() throws {
    var driver = try Driver(FakeSource(readOnly: .asked))
    driver.press("c t o n u U r")
    #expect(driver.model.flash?.text == "the store is read-only")
    #expect(driver.source.state.withLock { $0.entries.isEmpty })
  }

  @Test func `new data are told and followed`() throws {
    var driver = try Driver()
    driver.source.state.withLock { $0.generation = 7 }
    driver.take(update(&driver.model, .clock(FakeSource.now)))
    #expect(driver.text.contains("new data"))
    driver.press("=")
    #expect(!driver.model.hasNews)
  }

  @Test func `the command line has the same verbs`() throws {
    var driver = try Driver()
    driver.press(":")
    driver.type("tag vip")
    driver.press("enter")
    #expect(driver.model.flash?.text == "李娜: tagged vip")
    driver.press(":")
    driver.type("sort -value")
    driver.press("enter")
    #expect(driver.model.focused.sort == Sort(.value, descending: true))
    driver.press(":")
    driver.type("filter true")
    driver.press("enter")
    #expect(driver.model.filter == "true")
    driver.press(":")
    driver.type("lang zh")
    driver.press("enter")
    #expect(driver.text.contains("有效用户"))
    driver.press(":")
    driver.type("theme nope")
    driver.press("enter")
    #expect(driver.model.flash?.kind == .error)
    driver.press(":")
    driver.type("quit")
    driver.press("enter")
    #expect(driver.model.wantsQuit)
  }

  @Test func `the command line takes the forms of the shell`() throws {
    var driver = try Driver()
    for (text, flash) in [
      ("tag add vip", "李娜: tagged vip"), ("tag remove vip", "李娜: no longer tagged vip"),
      ("owner set lin", "李娜: owner lin"),
    ] {
      driver.press(":")
      driver.type(text)
      driver.press("enter")
      #expect(driver.model.flash?.text == flash)
    }
    driver.press(":")
    driver.type("users value > 100")
    driver.press("enter")
    #expect(driver.model.filter == "value > 100")
  }

  @Test func `nothing of a user is cut`() throws {
    var driver = try Driver(
      FakeSource(users: [
        FakeUser(
          id: String(repeating: "a", count: 300), stage: "effective", hoursAgo: 1, days: 1, value: 1
        )
      ]))
    driver.press("enter")
    driver.resize(80, 24)
    let lines = driver.text.split(separator: "\n").filter { $0.contains("aaaa") }
    #expect(lines.dropFirst().joined().count { $0 == "a" } >= 300)
  }

  @Test func `a time before all data is told from a store without any`() throws {
    var driver = try Driver(FakeSource(users: []))
    #expect(driver.text.contains("no data yet"))
    driver.model.data?.asOf = FakeSource.now
    #expect(driver.text.contains("nobody had come by then"))
  }

  @Test func `a caret stands under its place or is left out`() throws {
    var driver = try Driver()
    driver.press("/")
    driver.type("tga")
    for (width, shown) in [(80, "  ^ no such measure"), (30, " no such measure")] {
      driver.resize(width, 24)
      let line = driver.text.split(separator: "\n").last { $0.contains("no such measure") }
      #expect(line?.hasPrefix(shown) == true)
    }
  }

  @Test func `the journal undoes the entry under the cursor`() throws {
    var driver = try Driver()
    driver.press("c j c 7 j u")
    #expect(driver.text.contains("undo: 李娜: tagged core"))
    driver.press("y")
    #expect(driver.text.contains("undone"))
    driver.press("u")
    #expect(driver.model.flash?.text == "it is undone already")
  }
}
