import KithScreen
import KithSegments
import Testing

@testable import KithFront

struct MouseTests {
  private func click(_ driver: inout Driver, _ x: Int, _ y: Int) {
    driver.input(.mouse(Mouse(kind: .press, button: .left, at: Point(x: x, y: y))))
    driver.input(.mouse(Mouse(kind: .release, button: .left, at: Point(x: x, y: y))))
  }

  /// Where a text first stands on the screen.
  private func place(_ text: String, in driver: Driver) throws -> Point {
    for (y, line) in driver.text.split(separator: "\n", omittingEmptySubsequences: false)
      .enumerated()
    {
      guard let range = line.firstRange(of: text) else { continue }
      return Point(x: Text.width(line[..<range.lowerBound]), y: y)
    }
    throw Missing(text: text)
  }

  struct Missing: Error { var text: String }

  @Test(arguments: [Size(width: 80, height: 24), Size(width: 120, height: 40)])
  func `it selects, opens, sorts and changes pane and view`(_ size: Size) throws {
    var driver = try Driver(size: size)
    let row = try place("u-20931", in: driver)
    click(&driver, row.x, row.y)
    #expect(driver.model.focused.current?.id == "u-20931" && driver.model.page == nil)
    click(&driver, row.x, row.y)
    #expect(driver.model.page?.id == "u-20931")
    driver.press("esc")
    let title = try place("value", in: driver)
    click(&driver, title.x, title.y)
    #expect(driver.model.focused.sort.key == .value && driver.model.focused.sort.descending)
    click(&driver, title.x, title.y)
    #expect(!driver.model.focused.sort.descending)
    let core = try place("Core 2", in: driver)
    click(&driver, core.x + 1, size.width < 100 ? core.y : core.y + 3)
    #expect(driver.model.focused.stage == "core")
    let journal = try place("7 Journal", in: driver)
    click(&driver, journal.x, journal.y)
    #expect(driver.model.view == .journal)
  }

  @Test func `the wheel scrolls what is under it`() throws {
    var driver = try Driver(FakeSource(crowd: 1000), size: Size(width: 120, height: 40))
    driver.press("tab tab")
    for _ in 0..<5 {
      driver.input(.mouse(Mouse(kind: .wheelDown, at: Point(x: 5, y: 10))))
    }
    #expect(driver.model.panes[0].window.first == 15 && driver.model.focus == 2)
  }

  @Test func `a click beneath a dialog does nothing`() throws {
    var driver = try Driver()
    driver.press("?")
    let tabs = Point(x: 15, y: 1)
    click(&driver, tabs.x, tabs.y)
    #expect(driver.model.view == .users && driver.model.context == .help)
  }
}
