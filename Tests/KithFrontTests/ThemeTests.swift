import KithScreen
import KithSystem
import KithTestSupport
import Testing

@testable import KithFront

struct ThemeTests {
  static let folder =
    #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/Themes"
  static let shipped = [
    "colour-blind-safe", "default", "dusk", "high-contrast", "ink", "mono", "paper",
  ]

  @Test func `the shipped themes are those`() {
    #expect(Theme.list(folders: [ThemeTests.folder, "/nowhere"]) == ThemeTests.shipped)
  }

  @Test(arguments: shipped, ColorDepth.allCases)
  func `every theme fills every slot at every depth`(_ name: String, _ depth: ColorDepth) throws {
    let theme = try Theme.load(name: name, folders: ["/nowhere", ThemeTests.folder]).reduced(
      to: depth)
    for slot in Slot.allCases {
      let style = theme[slot]
      #expect(style == style.reduced(to: depth), "\(slot) shows what the terminal cannot")
      #expect(
        style.foreground != style.background || style.foreground == .terminalDefault,
        "\(slot) cannot be read")
    }
    // What is chosen, wrong or marked differs from plain text without its colour or with it.
    for slot in [Slot.rowCursor, .tabCurrent, .flashError, .mark, .late] {
      #expect(theme[slot] != theme[.text], "\(slot) looks like text")
    }
  }

  @Test func `the theme without colours is the look of NO_COLOR`() throws {
    let mono = try Theme.load(name: "mono", folders: [ThemeTests.folder])
    for slot in Slot.allCases { #expect(mono[slot] == Theme.plain[slot], "\(slot)") }
  }

  /// The luminance contrast of WCAG 2: 1 (none) to 21.
  @Test func `high contrast is`() throws {
    let theme = try Theme.load(name: "high-contrast", folders: [ThemeTests.folder])
    func luminance(_ color: Color) throws -> Double {
      let (red, green, blue) = try #require(color.components)
      let parts = [red, green, blue].map { part -> Double in
        let share = Double(part) / 255
        return share <= 0.04045 ? share / 12.92 : power((share + 0.055) / 1.055)
      }
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
    for slot in Slot.allCases {
      let pair = [try luminance(theme[slot].foreground), try luminance(theme[slot].background)]
      let contrast = ((pair.max() ?? 0) + 0.05) / ((pair.min() ?? 0) + 0.05)
      #expect(contrast >= 7, "\(slot): \(contrast)")
    }
  }

  /// x^2.4 by the fifth root of x^12, in Newton's steps: no C library is needed for it.
  private func power(_ base: Double) -> Double {
    let twelfth = (0..<12).reduce(1.0) { product, _ in product * base }
    var root = 1.0
    for _ in 0..<60 {
      let fourth = root * root * root * root
      root = (4 * root + twelfth / fourth) / 5
    }
    return root
  }

  struct Mistake: Sendable, CustomTestStringConvertible {
    var text: String
    var what: String
    var place: String

    var testDescription: String { what }
  }

  static let mistakes = [
    Mistake(text: "palette: {}\nslots:\n  txet: {}\n", what: "unknown slot 'txet'", place: "3:9"),
    Mistake(
      text: "palette:\n  red: reddish\nslots: {}\n", what: "'reddish' is no colour", place: "2:8"),
    Mistake(
      text: "palette: {}\nslots:\n  text: { fg: 256 }\n", what: "'256' is no colour", place: "3:15"),
    Mistake(
      text: "slots:\n  text: { attributes: [blink] }\n", what: "'blink' is no attribute",
      place: "2:24"),
    Mistake(text: "slots:\n  text: { fgg: 1 }\n", what: "unknown member 'fgg'", place: "2:11"),
    Mistake(text: "colours: {}\n", what: "unknown member 'colours'", place: "1:1"),
    Mistake(text: "slots: [a\n", what: "did not find expected ',' or ']'", place: "2:1"),
    Mistake(text: "", what: "names with values are expected here", place: "1:1"),
    Mistake(text: "slots:\n  text: {}\n", what: "no style for dim", place: "1:1"),
  ]

  @Test(arguments: mistakes)
  func `a mistake is told with its place`(_ mistake: Mistake) throws {
    let error = #expect(throws: ThemeError.self) {
      try Theme.read(mistake.text, name: "mine", file: "mine.yaml")
    }
    let text = try #require(error).diagnostic.text()
    #expect(text.contains(mistake.what))
    #expect(text.contains("mine.yaml:\(mistake.place)\n"))
  }

  @Test(arguments: ["none", "../Themes/ink", "", ".hidden"])
  func `a name that is no theme names those that are`(_ name: String) throws {
    let error = #expect(throws: ThemeError.self) {
      try Theme.load(name: name, folders: [ThemeTests.folder])
    }
    #expect(try #require(error).diagnostic.remedy?.contains("paper") == true)
  }
}

extension ThemeTests {
  @Test func `a preview names every slot in its look`() throws {
    let theme = try Theme.load(name: "dusk", folders: [ThemeTests.folder])
    let preview = themePreview(theme, depth: .palette)
    for slot in Slot.allCases { #expect(preview.text.contains(slot.rawValue)) }
    expectSnapshot(preview.picture(), "theme-preview")
  }
}
