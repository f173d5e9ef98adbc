import Foundation
import Testing

/// The interface in a real terminal, from start to finish, on a small store.
@Suite(.enabled(if: Screen.isAvailable), .serialized)
struct InterfaceTests {
  /// Opens the interface on a shop of six users.
  private func opened(
    width: Int = 100, height: Int = 30, environment: [String: String] = [:]
  ) throws -> Screen {
    let screen = try Screen()
    try shopLog.write(
      to: screen.place.appending(path: "shop.csv"), atomically: true, encoding: .utf8)
    try screen.shell("kith init shop.kith --time-zone UTC && kith import shop.csv")
    try screen.start("kith", width: width, height: height, environment: environment)
    try screen.wait("6 users")
    try screen.wait("陈伟")
    return screen
  }

  @Test func `a tag that was set is found again after a restart, and undone`() throws {
    let screen = try opened()
    try screen.press("Tab")
    try screen.press("c")
    try screen.wait("tagged core")
    try screen.wait("Core 1")
    try screen.press("q")
    try screen.wait("left with 0")
    #expect(try screen.shell("kith users 'tag(\"core\")' --count") == "1\n")

    let again = try Screen(continuing: screen)
    try again.start("kith")
    try again.wait("Core 1")
    try again.press("u")
    try again.wait("Core 0")
    try again.press("q")
    try again.wait("left with 0")
    #expect(try again.shell("kith users 'tag(\"core\")' --count") == "0\n")
  }

  @Test func `a filter narrows all panes and is left by escape`() throws {
    let screen = try opened()
    try screen.press("/")
    try screen.type("did(purchase)")
    try screen.wait("3 match")
    try screen.press("Enter")
    try screen.waitUntilGone("robot")
    try screen.press("Escape")
    try screen.wait("robot")
    try screen.press("q")
    try screen.wait("left with 0")
  }

  @Test func `a user opens, and a resize while typing loses nothing`() throws {
    let screen = try opened()
    try screen.press("Tab")
    try screen.press("Enter")
    try screen.wait("timeline")
    try screen.press("Escape")
    try screen.waitUntilGone("timeline")
    try screen.press("/")
    try screen.type("events >= ")
    try screen.resize(width: 60, height: 16)
    try screen.wait("/events >=")
    try screen.type("2")
    try screen.resize(width: 140, height: 40)
    try screen.wait("/events >= 2")
    try screen.resize(width: 20, height: 6)
    try screen.resize(width: 100, height: 30)
    try screen.wait("/events >= 2")
    try screen.press("C-c")  // leaves the line
    try screen.waitUntilGone("/events")
    try screen.press("C-c")  // leaves the program
    try screen.wait("left with 0")
  }

  @Test(arguments: [
    ["TERM": "xterm-256color"], ["TERM": "linux"], ["NO_COLOR": "1"],
    ["LC_ALL": "C", "LANG": "C"], ["LC_ALL": "zh_CN.UTF-8"],
  ])
  func `it opens and closes under every kind of terminal`(_ environment: [String: String]) throws {
    let screen = try Screen()
    try shopLog.write(
      to: screen.place.appending(path: "shop.csv"), atomically: true, encoding: .utf8)
    try screen.shell("kith init shop.kith --time-zone UTC && kith import shop.csv")
    try screen.start("kith", environment: environment)
    try screen.wait("robot")
    try screen.press("q")
    try screen.wait("left with 0")
  }

  @Test func `a terminal that cannot place its cursor is told so`() throws {
    let screen = try Screen()
    try screen.shell("kith init shop.kith --time-zone UTC")
    try screen.start("kith", environment: ["TERM": "dumb"])
    try screen.wait("kith: this terminal cannot place its cursor")
    try screen.wait("left with 1")
  }

  @Test func `without decisions allowed, a tag is refused with the reason`() throws {
    let screen = try Screen()
    try shopLog.write(
      to: screen.place.appending(path: "shop.csv"), atomically: true, encoding: .utf8)
    try screen.shell("kith init shop.kith --time-zone UTC && kith import shop.csv")
    try screen.start("kith --readonly")
    try screen.wait("robot")
    try screen.press("c")
    try screen.wait("the store is read-only")
    try screen.press("q")
    try screen.wait("left with 0")
    #expect(try screen.shell("kith tag list") == "tag\tusers\n")
  }
}

private let shopLog = """
  user_id,time,event,value
  mei,2024-09-01T10:00:00Z,purchase,299.00
  mei,2024-11-19T20:41:07Z,purchase,299.00
  bo@kite,2024-11-18T08:00:00Z,view,
  bo@kite,2024-11-20T08:00:00Z,purchase,19.99
  李娜,2024-11-16T02:05:00Z,view,
  陈伟,2024-06-01T01:00:00Z,purchase,88
  u-7,2024-02-01T03:00:00Z,signup,
  robot,2024-11-20T23:59:00Z,view,

  """
