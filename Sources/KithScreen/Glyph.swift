/// What one lead cell shows: a printing scalar and at most four marks on it.
///
/// A grapheme cluster becomes one glyph, or several where a terminal would step on (Devanagari
/// conjuncts, flags). The rules keep the width that is counted equal to the width that is drawn:
/// 1. Control characters and direction overrides become pictures, here and nowhere else.
/// 2. An emoji sequence joined by U+200D is cut before the second emoji; elsewhere the joiner goes.
/// 3. Variation selectors, format characters and skin tones are dropped.
/// 4. Regional indicators become their letters: 🇨🇳 is shown as CN.
/// 5. A mark without a base is shown on a dotted circle.
package struct Glyph: Hashable, Sendable {
  package var scalar: UInt32
  package var marks: [UInt32] = []
  package var width: Int

  static let marksMax = 4
}

extension Character {
  /// Its glyphs, none for what has no picture at all.
  var glyphs: [Glyph] {
    var glyphs: [Glyph] = []
    var joined = false
    for scalar in unicodeScalars {
      if scalar.value == 0x200D {
        joined = true
        continue
      }
      if joined && scalar.properties.isEmoji { break }
      joined = false
      append(scalar, to: &glyphs)
    }
    return glyphs
  }

  private func append(_ scalar: Unicode.Scalar, to glyphs: inout [Glyph]) {
    let shown = picture(of: scalar)
    let width = cellWidth(of: shown)
    if width > 0 {
      if !glyphs.isEmpty && scalar.properties.isEmojiModifier { return }
      glyphs.append(Glyph(scalar: shown, width: width))
    } else if isMark(scalar) {
      if glyphs.isEmpty { glyphs.append(Glyph(scalar: 0x25CC, width: 1)) }
      let last = glyphs.count - 1
      if glyphs[last].marks.count < Glyph.marksMax { glyphs[last].marks.append(shown) }
    }
  }
}

/// What is drawn for a scalar: itself unless a terminal would act on it.
private func picture(of scalar: Unicode.Scalar) -> UInt32 {
  switch scalar.value {
  case 0x00...0x1F: 0x2400 + scalar.value
  case 0x7F: 0x2421
  case 0x80...0x9F, 0x2028...0x202E, 0x2066...0x2069: 0xFFFD
  case 0x1F1E6...0x1F1FF: 0x41 + scalar.value - 0x1F1E6
  default: scalar.value
  }
}

/// Whether a scalar of no width adds something to its base that a cell can hold.
private func isMark(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0xFE00...0xFE0F, 0xE_0100...0xE_01EF, 0x180B...0x180F: false
  default: scalar.properties.generalCategory != .format
  }
}

extension Character {
  /// What it shows where it is one scalar of some width, as nearly every character is: no array is
  /// made for it.
  var simple: (scalar: UInt32, width: Int)? {
    var rest = unicodeScalars.makeIterator()
    guard let scalar = rest.next(), rest.next() == nil else { return nil }
    let shown = picture(of: scalar)
    let width = cellWidth(of: shown)
    return width > 0 ? (shown, width) : nil
  }

  /// Cells that it takes.
  var cellCount: Int {
    simple?.width ?? glyphs.reduce(0) { $0 + $1.width }
  }
}
