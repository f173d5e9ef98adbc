import KithScreen
import KithTestSupport
import Testing

@testable import KithFront

/// Each scene is a picture in text at five sizes.
struct PictureTests {
  struct Scene: Sendable, CustomTestStringConvertible {
    var name: String
    var keys: @Sendable (inout Driver) -> Void

    var testDescription: String { name }
  }

  static let scenes: [Scene] = [
    Scene(name: "users") { _ in },
    Scene(name: "users-marked") { $0.press("l l space space h space") },
    Scene(name: "users-others") { $0.press("J tab tab tab") },
    Scene(name: "users-zoomed") { $0.press("tab z") },
    Scene(name: "filter-typing") {
      $0.press("/")
      $0.type("value > 100")
    },
    Scene(name: "filter-completing") {
      $0.press("/")
      $0.type("t")
      $0.press("tab")
    },
    Scene(name: "filter-mistake") {
      $0.press("/")
      $0.type("tga(\"core\")")
    },
    Scene(name: "filter-unseen") {
      $0.press("/")
      $0.type("tag(\"vop\")")
    },
    Scene(name: "filter-holds") {
      $0.press("/")
      $0.type("value > 100")
      $0.press("enter")
    },
    Scene(name: "tag-prompt") {
      $0.press("t")
      $0.type("v")
    },
    Scene(name: "tagged") {
      $0.press("t")
      $0.type("vip")
      $0.press("enter")
    },
    Scene(name: "confirm") {
      $0.press("space space o")
      $0.type("lin")
      $0.press("enter")
    },
    Scene(name: "sorting") { $0.press("s j") },
    Scene(name: "why-filter") {
      $0.press("/")
      $0.type("value > 100")
      $0.press("enter tab E j")
    },
    Scene(name: "why-stage") { $0.press("tab tab enter E") },
    Scene(name: "help") { $0.press("?") },
    Scene(name: "command") {
      $0.press(":")
      $0.type("s")
    },
    Scene(name: "time-travel") { $0.press("[ [") },
    Scene(name: "user") { $0.press("tab tab j enter") },
    Scene(name: "user-scrolled") { $0.press("tab tab enter G") },
    Scene(name: "journal") {
      $0.press("c tab tab n")
      $0.type("likes oolong")
      $0.press("enter 7")
    },
    Scene(name: "campaigns") { $0.press("4") },
    Scene(name: "reminder") { $0.press("tab tab r right") },
    Scene(name: "reminder-planned") { $0.press("tab tab r enter") },
    Scene(name: "reminder-number") {
      $0.press("tab tab r enter X")
      $0.type("2")
    },
    Scene(name: "reminder-sending") {
      $0.holds = { if case .send = $0 { true } else { false } }
      $0.press("tab tab r enter X 3 enter")
    },
    Scene(name: "hint") { $0.type("ж") },
  ]

  @Test(arguments: scenes)
  func `every scene is the picture it was`(_ scene: Scene) throws {
    var driver = try Driver()
    scene.keys(&driver)
    expectSnapshot(driver.pictures(), scene.name)
  }

  @Test(arguments: [
    "users", "user", "why-filter", "reminder-planned", "journal", "help", "confirm", "campaigns",
    "filter-mistake", "filter-unseen",
  ])
  func `the same in Chinese`(_ name: String) throws {
    var driver = try Driver(language: .chinese)
    try #require(PictureTests.scenes.first { $0.name == name }).keys(&driver)
    expectSnapshot(driver.pictures(), name + "-zh")
  }

  @Test func `hostile data stay in their cells`() throws {
    var driver = try Driver(FakeSource(users: FakeSource.hostile))
    driver.press("tab tab j j")
    var text = driver.pictures()
    driver.press("enter")
    text += driver.pictures()
    expectSnapshot(text, "hostile")
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
  }

  @Test func `an empty store says what to do`() throws {
    expectSnapshot(try Driver(FakeSource(users: [])).pictures(), "empty")
  }

  @Test func `before the first answer there is a frame`() throws {
    expectSnapshot(try Driver(isOpened: false).pictures(), "opening")
  }

  @Test func `few glyphs are enough`() throws {
    var driver = try Driver(isASCII: true)
    driver.press("tab tab space")
    let text = driver.pictures([Size(width: 80, height: 24), Size(width: 120, height: 40)])
    expectSnapshot(text, "ascii")
  }

  @Test func `styles have their meanings`() throws {
    var driver = try Driver()
    driver.press("tab tab space")
    driver.resize(80, 24)
    let styles = Dictionary(
      Slot.allCases.map { (Style(attributes: $0.plainAttributes), "\($0.plainAttributes)") },
      uniquingKeysWith: { first, _ in first })
    expectSnapshot(
      view(driver.model, size: driver.model.size).surface.picture {
        styles[$0] == nil ? nil : "\($0)"
      },
      "styles")
  }
}
