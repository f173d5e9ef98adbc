import KithAnalysis
import KithSystem

/// Charts as SVG within the page: shapes and text, coloured by the page's classes.
extension HTML {
  static let width = 900.0
  static let height = 220.0

  private mutating func picture(_ title: String, height: Double, _ content: (inout HTML) -> Void) {
    element(
      "svg",
      [
        ("viewBox", "0 0 \(number(HTML.width)) \(number(height))"), ("role", "img"),
        ("aria-label", title),
      ], content)
    line()
  }

  private func number(_ value: Double) -> String { fixed(value, 1) }

  private mutating func box(_ kind: String, _ x: Double, _ y: Double, _ w: Double, _ h: Double) {
    guard h > 0, w > 0 else { return }
    element(
      "rect",
      [
        ("class", kind), ("x", number(x)), ("y", number(y)), ("width", number(w)),
        ("height", number(h)),
      ])
  }

  private mutating func label(_ text: String, _ x: Double, _ y: Double, _ anchor: String = "start")
  {
    element("text", [("x", number(x)), ("y", number(y)), ("text-anchor", anchor)]) { $0.text(text) }
  }

  private mutating func rule(_ y: Double) {
    element(
      "line",
      [
        ("class", "axis"), ("x1", "44"), ("y1", number(y)), ("x2", number(HTML.width)),
        ("y2", number(y)),
      ])
  }

  /// Bars upwards for those who were there, downwards for those who fell silent.
  mutating func growth(_ growth: Growth) {
    let rows = growth.rows
    guard !rows.isEmpty else { return }
    let up = Double(rows.map(\.active).max() ?? 0)
    let down = Double(rows.map(\.dormant).max() ?? 0)
    let unit = (HTML.height - 30) / max(1, up + down)
    let zero = 6 + up * unit
    let step = (HTML.width - 50) / Double(rows.count)
    picture("users by period", height: HTML.height) { html in
      html.rule(zero)
      html.label(grouped(Int(up)), 40, 14, "end")
      html.label(grouped(Int(down)), 40, zero + down * unit, "end")
      for (place, row) in rows.enumerated() {
        let x = 48 + Double(place) * step
        var y = zero
        for (kind, users) in [
          ("second", row.returning), ("third", row.resurrecting), ("bar", row.new),
        ] {
          y -= Double(users) * unit
          html.box(kind, x, y, step * 0.8, Double(users) * unit)
        }
        html.box("lost", x, zero, step * 0.8, Double(row.dormant) * unit)
        if place % max(1, rows.count / 8) == 0 {
          html.label(row.start.description, x, HTML.height - 4)
        }
      }
    }
  }

  /// One curve over days, from zero.
  mutating func curve(_ title: String, _ values: [Double], from first: Day, to last: Day) {
    let most = max(values.filter(\.isFinite).max() ?? 0, .leastNormalMagnitude)
    let height = 150.0
    let step = (HTML.width - 50) / Double(max(1, values.count - 1))
    var path = ""
    var isDrawing = false
    for (place, value) in values.enumerated() {
      guard value.isFinite else {
        isDrawing = false
        continue
      }
      path += (isDrawing ? "L" : "M") + number(48 + Double(place) * step) + " "
      path += number(height - 20 - value / most * (height - 30))
      isDrawing = true
    }
    element("p") { $0.text(title) }
    picture(title, height: height) { html in
      html.rule(height - 20)
      html.element("path", [("class", "curve"), ("d", path)])
      html.label(amount(most), 40, 14, "end")
      html.label(first.description, 48, height - 4)
      html.label(last.description, HTML.width, height - 4, "end")
    }
  }

  /// A bar and its number for each item.
  mutating func bars(_ items: [(label: String, value: Double)]) {
    let most = max(items.map(\.value).max() ?? 0, .leastNormalMagnitude)
    picture("bars", height: Double(items.count) * 22 + 4) { html in
      for (place, item) in items.enumerated() {
        let y = Double(place) * 22 + 4
        html.label(String(visible(item.label).prefix(28)), 0, y + 12)
        html.box("bar", 200, y, max(0, item.value) / most * (HTML.width - 290), 16)
        html.label(amount(item.value), 206 + max(0, item.value) / most * (HTML.width - 290), y + 12)
      }
    }
  }

  /// A table of texts, the first column being names.
  mutating func table(_ titles: [String], _ rows: [[String]]) {
    element("div", [("class", "wide")]) { html in
      html.element("table") { html in
        html.element("tr") { html in
          for title in titles { html.element("th") { $0.text(title) } }
        }
        for row in rows {
          html.line()
          html.element("tr") { html in
            for cell in row { html.element("td") { $0.text(cell) } }
          }
        }
      }
    }
    line()
  }

  /// The triangle, shaded by share; what has not ended is slanted.
  mutating func retention(_ retention: Retention) {
    element("div", [("class", "wide")]) { html in
      html.element("table") { html in
        html.element("tr") { html in
          html.element("th") { $0.text("cohort") }
          html.element("th") { $0.text("users") }
          for distance in retention.overall.indices {
            html.element("th") { $0.text("\(distance)") }
          }
        }
        for cohort in retention.cohorts.suffix(16) {
          html.line()
          html.element("tr") { html in
            html.element("td") { $0.text(cohort.start.description) }
            html.element("td") { $0.text(grouped(cohort.size)) }
            for (distance, users) in cohort.cells.enumerated() {
              let share = Double(users) / Double(max(1, cohort.size))
              let kind = cohort.complete[distance] ? "heat" : "heat open"
              let isEnough = cohort.size >= fewestUsers
              html.element(
                "td",
                [("class", kind), ("style", "--share: \(isEnough ? fixed(share * 0.6, 2) : "0")")]
              ) {
                $0.text(isEnough ? fixed(share * 100, 0) + " %" : grouped(users))
              }
            }
          }
        }
      }
    }
    line()
  }
}
