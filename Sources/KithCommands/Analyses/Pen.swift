import KithScreen
import KithSystem

/// What a picture is drawn with: the glyphs and colours that the output can show.
struct Pen {
  /// Whether the locale is UTF-8; else ASCII alone.
  let hasGlyphs: Bool
  let hasColor: Bool
  /// Cells from the left to the right.
  let width: Int

  init(_ context: Context) {
    let variables = context.outside.variables
    let locale =
      ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { variables[$0] }.first { !$0.isEmpty } ?? ""
    let name = locale.lowercased()
    hasGlyphs = name.contains("utf-8") || name.contains("utf8")
    hasColor =
      context.console.outputIsTerminal && (variables["NO_COLOR"] ?? "").isEmpty
      && variables["TERM"] != "dumb"
    width = context.console.outputIsTerminal ? context.console.width : 80
  }

  init(hasGlyphs: Bool, hasColor: Bool, width: Int) {
    self.hasGlyphs = hasGlyphs
    self.hasColor = hasColor
    self.width = width
  }
}
