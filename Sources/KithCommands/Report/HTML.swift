import KithSystem

/// Text of a page or of a picture in it. Whatever comes from data goes in by `text`, and nothing else does
/// anything but spell out tags; so data can close no tag and open none.
struct HTML {
  private(set) var source = ""

  /// Data as text: control characters as pictures, the five characters of markup as entities.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in visible(text).unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  mutating func text(_ text: String) { source += HTML.escaped(text) }

  /// An element; names are of this program, values of attributes are escaped.
  mutating func element(
    _ name: StaticString, _ attributes: [(StaticString, String)] = [],
    _ content: (inout HTML) -> Void = { _ in }
  ) {
    source += "<\(name)"
    for (key, value) in attributes { source += " \(key)=\"\(HTML.escaped(value))\"" }
    source += ">"
    content(&self)
    source += "</\(name)>"
  }

  mutating func line() { source += "\n" }

  /// A whole page, which asks for nothing: no script, no network, styles of its own.
  static func page(title: String, _ body: (inout HTML) -> Void) -> String {
    var html = HTML()
    body(&html)
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" \
      content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(escaped(title))</title>
      <style>
      \(style)
      </style>
      </head>
      <body>
      \(html.source)
      </body>
      </html>

      """
  }

  private static let style = """
    :root { --ground: #fdfdfb; --ink: #22302b; --soft: #66756f; --line: #d9dfdb; --bar: #2f7d5b;
      --second: #8fc3a9; --third: #d9a441; --lost: #b8574e; --heat: 47, 125, 91; }
    @media (prefers-color-scheme: dark) {
      :root { --ground: #14191a; --ink: #dfe7e3; --soft: #93a29c; --line: #303a38; --bar: #5cb88d;
        --second: #2f6e54; --third: #d9a441; --lost: #d37b72; --heat: 92, 184, 141; }
    }
    body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 60rem; background: var(--ground);
      color: var(--ink); font: 16px/1.5 system-ui, "Noto Sans", "Noto Sans CJK SC", sans-serif; }
    h1 { font-size: 1.7rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem; }
    p { margin: .25rem 0 .75rem; color: var(--soft); max-width: 46rem; }
    .wide { overflow-x: auto; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
    th, td { padding: .25rem .6rem; text-align: right; border-bottom: 1px solid var(--line);
      white-space: nowrap; }
    th:first-child, td:first-child { text-align: left; max-width: 20rem; overflow: hidden;
      text-overflow: ellipsis; }
    table.bars { width: 100%; } .bars td { border: 0; }
    .bars td:nth-child(2) { width: 100%; padding: .25rem 0; } .bars svg { height: 1rem; }
    th { color: var(--soft); font-weight: 500; }
    svg { width: 100%; height: auto; display: block; }
    svg text { fill: var(--soft); font-size: 12px; }
    @media (max-width: 44rem) {
      svg text { font-size: 22px; }
      th:first-child, td:first-child { max-width: 9rem; }
      .bars td:first-child { white-space: normal; overflow-wrap: break-word; min-width: 7rem; }
    }
    .bar { fill: var(--bar); } .second { fill: var(--second); } .third { fill: var(--third); }
    .lost { fill: var(--lost); } .axis { stroke: var(--line); stroke-width: 1; }
    .curve { fill: none; stroke: var(--bar); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
    .word { white-space: nowrap; margin-right: .9em; }
    .key { display: inline-block; width: .8em; height: .8em; margin-right: .3em; }
    .key.bar { background: var(--bar); } .key.second { background: var(--second); }
    .key.third { background: var(--third); } .key.lost { background: var(--lost); }
    td.heat { background: rgba(var(--heat), var(--share)); } td.open { font-style: italic; }
    """
}
