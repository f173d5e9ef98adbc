public import KithScreen

/// Every slot of a theme by name, in its own look: what `kith theme preview` shows.
public func themePreview(_ theme: Theme, depth: ColorDepth) -> Surface {
  let theme = theme.reduced(to: depth)
  let widest = Slot.allCases.map { Text.width($0.rawValue) }.max() ?? 0
  let columns = 4
  let rows = (Slot.allCases.count + columns - 1) / columns
  let size = Size(width: columns * (widest + 2) + 1, height: rows + 2)
  var surface = Surface(size: size, style: theme[.text])
  surface.put(theme.name, at: Point(x: 1, y: 0), style: theme[.strong])
  for (index, slot) in Slot.allCases.enumerated() {
    let point = Point(x: 1 + index / rows * (widest + 2), y: 2 + index % rows)
    surface.put(slot.rawValue, at: point, style: theme[slot], width: widest)
  }
  return surface
}
