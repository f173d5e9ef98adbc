import KithScreen
import KithSystem
import KithTestSupport
import Testing

@testable import KithFront

struct FuzzTests {
  /// Random keys, texts, pastes, clicks and sizes; answers late, in any order, or never.
  @Test(arguments: 0..<24)
  func `nothing that happens is too much`(_ seed: Int) throws {
    var chance = SeededGenerator(seed: UInt64(seed))
    let users = seed.isMultiple(of: 3) ? FakeSource.hostile : FakeSource.teashop
    var driver = try Driver(
      FakeSource(users: users, crowd: seed.isMultiple(of: 2) ? 1_000_000 : 0),
      language: seed.isMultiple(of: 5) ? .chinese : .english, isASCII: seed.isMultiple(of: 7))
    for step in 0..<250 {
      let isSlow = Int.random(in: 0..<4, using: &chance) == 0
      driver.holds = { _ in isSlow }
      driver.input(event(&chance))
      if step.isMultiple(of: 9) {
        driver.holds = { _ in false }
        driver.release(Array(driver.held.indices).shuffled(using: &chance))
      }
      let size = Size(
        width: Int.random(in: 0...140, using: &chance),
        height: Int.random(in: 0...50, using: &chance))
      if step.isMultiple(of: 5) { driver.input(.resize(size)) }
      let (surface, cursor) = view(driver.model, size: driver.model.size)
      #expect(surface.size == driver.model.size)
      if let cursor { #expect(surface.bounds.isEmpty || cursor.y < surface.size.height) }
      if driver.model.wantsQuit { driver.model.wantsQuit = false }
    }
  }

  private func event(_ chance: inout SeededGenerator) -> InputEvent {
    let keys = Action.all.flatMap(\.keys)
    switch Int.random(in: 0..<20, using: &chance) {
    case 0..<13: return Driver.event(keys.randomElement(using: &chance) ?? "j")
    case 13:
      return .text(["é", "中", "👩‍👩‍👧‍👦", "\u{301}", "x", "3"].randomElement(using: &chance) ?? "x")
    case 14: return .paste("tag(\"a\")\r\n\u{1B}[31m")
    case 15: return .mouse(Mouse(kind: .wheelDown, at: point(&chance)))
    case 16: return .mouse(Mouse(kind: .wheelUp, at: point(&chance)))
    default: return .mouse(Mouse(kind: .press, button: .left, at: point(&chance)))
    }
  }

  private func point(_ chance: inout SeededGenerator) -> Point {
    Point(x: Int.random(in: 0...140, using: &chance), y: Int.random(in: 0...50, using: &chance))
  }

  @Test func `every scene has a picture at every size`() throws {
    for scene in PictureTests.scenes {
      var driver = try Driver()
      scene.keys(&driver)
      for width in stride(from: 0, through: 130, by: 7) {
        for height in [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 16, 25] {
          driver.resize(width, height)
          let size = Size(width: width, height: height)
          #expect(view(driver.model, size: size).surface.size == size)
        }
      }
    }
  }
}
