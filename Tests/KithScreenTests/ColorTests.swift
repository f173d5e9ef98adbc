import KithScreen
import Testing

@Suite struct ColorTests {
  @Test(arguments: [
    (Color.rgb(255, 0, 0), ColorDepth.direct, Color.rgb(255, 0, 0)),
    (.rgb(255, 0, 0), .palette, .indexed(196)), (.rgb(255, 0, 0), .sixteen, .indexed(9)),
    (.rgb(255, 0, 0), .eight, .indexed(1)), (.rgb(255, 0, 0), .none, .terminalDefault),
    (.rgb(8, 8, 8), .palette, .indexed(232)), (.rgb(250, 250, 250), .palette, .indexed(231)),
    (.indexed(208), .palette, .indexed(208)), (.indexed(208), .eight, .indexed(3)),
    (.indexed(12), .sixteen, .indexed(12)), (.indexed(12), .eight, .indexed(4)),
    (.terminalDefault, .eight, .terminalDefault), (.indexed(3), .none, .terminalDefault),
  ])
  func `a colour falls back to the nearest`(color: Color, depth: ColorDepth, reduced: Color) {
    #expect(color.reduced(to: depth) == reduced)
  }

  @Test func `every colour of the palette is its own nearest`() {
    for number in UInt8(16)...255 {
      guard let (red, green, blue) = Color.indexed(number).components else { continue }
      let reduced = Color.rgb(UInt8(red), UInt8(green), UInt8(blue)).reduced(to: .palette)
      #expect(reduced.components.map { $0 == (red, green, blue) } == true)
    }
  }

  @Test func `text never takes the colour of what is behind it`() {
    let dark = Style(foreground: .rgb(60, 60, 60), background: .rgb(30, 30, 30))
    #expect(dark.reduced(to: .eight) == Style(foreground: .indexed(7), background: .indexed(0)))
    let light = Style(foreground: .rgb(250, 250, 250), background: .rgb(255, 255, 255))
    #expect(light.reduced(to: .eight).foreground == .indexed(0))
    let hidden = Style(foreground: .indexed(1), background: .indexed(1))
    #expect(hidden.reduced(to: .eight) == hidden)
  }
}
