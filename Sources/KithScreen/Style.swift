/// How a cell looks: values that a theme gave to a meaning.
public struct Style: Hashable, Sendable {
  public var foreground: Color
  public var background: Color
  public var attributes: Attributes

  public init(
    foreground: Color = .terminalDefault, background: Color = .terminalDefault,
    attributes: Attributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }

  public static let plain = Style()
}

/// What a cell's text is beside its colours.
public struct Attributes: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  public static let bold = Attributes(rawValue: 1)
  public static let dim = Attributes(rawValue: 2)
  public static let italic = Attributes(rawValue: 4)
  public static let underline = Attributes(rawValue: 8)
  public static let reverse = Attributes(rawValue: 16)
}

extension Style {
  /// This style with `attributes` beside its own.
  public func adding(_ attributes: Attributes) -> Style {
    var style = self
    style.attributes.formUnion(attributes)
    return style
  }

  /// The nearest style that a terminal of `depth` shows.
  ///
  /// Colours that were different and fall together (grey on dark grey at eight colours) would hide the
  /// text, so the foreground becomes black or white then. Without colours attributes alone are left;
  /// themes for that say everything with them.
  public func reduced(to depth: ColorDepth) -> Style {
    var style = self
    style.foreground = foreground.reduced(to: depth)
    style.background = background.reduced(to: depth)
    let fell = style.foreground == style.background && foreground != background
    if fell, let (red, green, blue) = style.background.components {
      let isLight = 299 * red + 587 * green + 114 * blue > 127_500
      style.foreground = isLight ? .indexed(0) : .indexed(depth == .eight ? 7 : 15)
    }
    return style
  }
}
