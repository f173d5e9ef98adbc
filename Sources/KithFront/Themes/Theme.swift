public import KithScreen

/// A style for every meaning.
public struct Theme: Sendable, Equatable {
  public let name: String
  /// One for each slot, in the order of `Slot.allCases`.
  private let styles: [Slot: Style]

  init(name: String, styles: [Slot: Style]) {
    self.name = name
    self.styles = styles
  }

  public subscript(slot: Slot) -> Style {
    styles[slot] ?? Style(attributes: slot.plainAttributes)
  }

  /// The look without any colour; what stands in where no theme can be read.
  public static let plain = Theme(name: "plain", styles: [:])

  /// What a terminal of `depth` shows of it: without colours, meanings turn into attributes.
  public func reduced(to depth: ColorDepth) -> Theme {
    if depth == .none { return .plain }
    return Theme(
      name: name,
      styles: styles.mapValues { style in
        var reduced = style.reduced(to: depth)
        if reduced.foreground == .indexed(0) && reduced.background == .terminalDefault {
          reduced.foreground = .terminalDefault  // grey became black, on what is likely black
          reduced.attributes.insert(.dim)
        }
        return reduced
      })
  }
}
