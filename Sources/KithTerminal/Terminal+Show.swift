import CTerminal
public import KithScreen

/// A style in curses' numbers.
struct Look {
  var foreground: Int32
  var background: Int32
  var attributes: UInt32
}

extension Terminal {
  /// Draws a surface, every cell of it, and puts the cursor at a point or hides it.
  ///
  /// Curses sends only what differs from the last one.
  public mutating func show(_ surface: Surface, cursor: Point? = nil) {
    ct_erase()
    let width = min(size.width, surface.size.width)
    let height = min(size.height, surface.size.height)
    var style = Style.plain
    var look = look(of: style)
    for row in 0..<height {
      for column in 0..<width {
        let cell = surface.scalars(column: column, row: row)
        if cell.lead == 0 { continue }
        if cell.style != style {
          style = cell.style
          look = self.look(of: style)
        }
        put(cell.lead, cell.marks, look, column, row)
      }
    }
    let inside = cursor.flatMap { Rect(size: size).contains($0) ? $0 : nil }
    ct_flush(Int32(inside?.y ?? -1), Int32(inside?.x ?? -1))
  }

  private func put(
    _ scalar: UInt32, _ marks: [UInt32], _ look: Look, _ column: Int, _ row: Int
  ) {
    var cell = ct_cell()
    cell.width = Int32(cellWidth(of: scalar))
    cell.scalar = isDrawable(scalar) ? scalar : asciiTwin(of: scalar)
    if isDrawable(scalar) {
      cell.mark_count = Int32(marks.count)
      for (index, mark) in marks.enumerated() {
        withUnsafeMutableBytes(of: &cell.marks) { bytes in
          bytes.storeBytes(of: mark, toByteOffset: index * 4, as: UInt32.self)
        }
      }
    }
    cell.foreground = look.foreground
    cell.background = look.background
    cell.attributes = look.attributes
    ct_put(Int32(row), Int32(column), &cell)
  }

  private mutating func look(of style: Style) -> Look {
    if let known = looks[style] { return known }
    let reduced = style.reduced(to: colorDepth)
    let look = Look(
      foreground: number(of: reduced.foreground), background: number(of: reduced.background),
      attributes: UInt32(reduced.attributes.rawValue))
    if looks.count > 4096 { looks = [:] }
    looks[style] = look
    return look
  }

  /// Direct colours are their own numbers, except that the first eight are the terminal's palette.
  private func number(of color: Color) -> Int32 {
    switch color {
    case .terminalDefault: return -1
    case .indexed(let number) where colorDepth < .direct || number < 8: return Int32(number)
    case .indexed, .rgb:
      guard let (red, green, blue) = color.components else { return -1 }
      let value = Int32(red << 16 | green << 8 | blue)
      return value < 8 && value > 0 ? 8 : value
    }
  }
}

/// What stands for a scalar where the system has no UTF-8.
func asciiTwin(of scalar: UInt32) -> UInt32 {
  let twin: Unicode.Scalar =
    switch scalar {
    case 0x2500, 0x2574, 0x2576: "-"
    case 0x2502, 0x2575, 0x2577: "|"
    case 0x250C...0x254B: "+"
    case 0x2581...0x2588: "#"
    case 0x2591: "."
    case 0x2592: ":"
    case 0x2593: "#"
    case 0x2022, 0x25CF: "*"
    case 0x00B7, 0x2026: "."
    case 0x2190: "<"
    case 0x2192: ">"
    case 0x2191: "^"
    case 0x2193: "v"
    case 0x2212: "-"
    default: "?"
    }
  return twin.value
}
