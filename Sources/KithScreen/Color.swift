/// A colour as a theme names it.
public enum Color: Hashable, Sendable {
  /// What the terminal's owner chose for text or background.
  case terminalDefault
  /// A number of the terminal's palette: 0…15 its own sixteen, 16…231 a cube, 232…255 greys.
  case indexed(UInt8)
  case rgb(UInt8, UInt8, UInt8)
}

/// How many colours a terminal shows.
public enum ColorDepth: Int, Sendable, Comparable, CaseIterable {
  case none = 0
  case eight = 8
  case sixteen = 16
  case palette = 256
  case direct = 16_777_216

  public static func < (left: ColorDepth, right: ColorDepth) -> Bool {
    left.rawValue < right.rawValue
  }
}

extension Color {
  /// The nearest colour that a terminal of `depth` shows.
  ///
  /// A true colour is looked for in the cube and the greys, never among the first sixteen, which
  /// every terminal paints otherwise; with fewer colours, among xterm's eight or sixteen.
  public func reduced(to depth: ColorDepth) -> Color {
    switch (self, depth) {
    case (.terminalDefault, _), (_, .none): .terminalDefault
    case (_, .direct), (.indexed, .palette): self
    case (.rgb, .palette): nearest(in: 16...255)
    case (.indexed(let number), .sixteen) where number < 16: self
    case (.indexed(let number), .eight) where number < 16: .indexed(number % 8)
    case (_, .sixteen): nearest(in: 0...15)
    case (_, .eight): nearest(in: 0...7)
    }
  }

  /// Red, green and blue as xterm paints them; nil for the terminal's default.
  public var components: (red: Int, green: Int, blue: Int)? {
    switch self {
    case .terminalDefault: return nil
    case .rgb(let red, let green, let blue): return (Int(red), Int(green), Int(blue))
    case .indexed(let number) where number < 16: return xtermSixteen[Int(number)]
    case .indexed(let number) where number < 232:
      let place = Int(number) - 16
      return (cubeSteps[place / 36], cubeSteps[place / 6 % 6], cubeSteps[place % 6])
    case .indexed(let number):
      let grey = 8 + 10 * (Int(number) - 232)
      return (grey, grey, grey)
    }
  }

  private func nearest(in candidates: ClosedRange<UInt8>) -> Color {
    guard let wanted = components else { return self }
    var best = (distance: Int.max, number: candidates.lowerBound)
    for number in candidates {
      guard let have = Color.indexed(number).components else { continue }
      let (red, green, blue) = (
        have.red - wanted.red, have.green - wanted.green, have.blue - wanted.blue
      )
      let distance = red * red + green * green + blue * blue
      if distance < best.distance { best = (distance, number) }
    }
    return .indexed(best.number)
  }
}

private let cubeSteps = [0, 95, 135, 175, 215, 255]

private let xtermSixteen: [(red: Int, green: Int, blue: Int)] = [
  (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0),
  (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
  (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0),
  (92, 92, 255), (255, 0, 255), (0, 255, 255), (255, 255, 255),
]
