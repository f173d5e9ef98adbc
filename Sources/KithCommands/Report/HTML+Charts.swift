import KithAnalysis
import KithSystem

/// Charts as SVG within the page: shapes and text, coloured by the page's classes.
extension HTML {
  static let width = 900.0
  static let height = 240.0
  /// Height of a line of labels, where their letters stand in it, and how wide a date is: as large as they
  /// are where the page is narrow, so that a picture is drawn small.
  private static let (strip, baseline, dateWidth) = (30.0, 20.0, 130.0)

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
        ("class", "axis"), ("x1", "0"), ("y1", number(y)), ("x2", number(HTML.width)),
        ("y2", number(y)),
      ])
  }

  /// Bars upwards for those who were there, downwards for those who fell silent.
  mutating func growth(_ growth: Growth) {
    let rows = growth.rows
    guard !rows.isEmpty else { return }
    let up = Double(rows.map(\.active).max() ?? 0)
    let down = Double(rows.map(\.dormant).max() ?? 0)
    let unit = (HTML.height - 2 * HTML.strip) / max(1, up + down)
    let zero = HTML.strip + up * unit
    let step = HTML.width / Double(rows.count)
    picture("users by period", height: HTML.height) { html in
      html.rule(zero)
      html.label("up to \(grouped(Int(up))) here", 0, HTML.baseline)
      html.label("up to \(grouped(Int(down))) fell silent", HTML.width, HTML.baseline, "end")
      var free = 0.0
      for (place, row) in rows.enumerated() {
        let x = Double(place) * step
        var y = zero
        for (kind, users) in [
          ("second", row.returning), ("third", row.resurrecting), ("bar", row.new),
        ] {
          y -= Double(users) * unit
          html.box(kind, x, y, step * 0.8, Double(users) * unit)
        }
        html.box("lost", x, zero, step * 0.8, Double(row.dormant) * unit)
        guard x >= free, x + HTML.dateWidth <= HTML.width else { continue }
        html.label(row.start.description, x, HTML.height - 8)
        free = x + HTML.dateWidth * 1.25
      }
    }
  }

  /// One curve over days, from zero.
  mutating func curve(_ title: String, _ values: [Double], from first: Day, to last: Day) {
    let most = max(values.filter(\.isFinite).max() ?? 0, .leastNormalMagnitude)
    let height = 170.0
    let floor = height - HTML.strip
    let step = HTML.width / Double(max(1, values.count - 1))
    var path = ""
    var isDrawing = false
    for (place, value) in values.enumerated() {
      guard value.isFinite else {
        isDrawing = false
        continue
      }
      path += (isDrawing ? "L" : "M") + number(Double(place) * step) + " "
      path += number(floor - value / most * (floor - HTML.strip))
      isDrawing = true
    }
    picture(title, height: height) { html in
      html.rule(floor)
      html.element("path", [("class", "curve"), ("d", path)])
      html.label("\(title): up to \(amount(most))", 0, HTML.baseline)
      html.label(first.description, 0, height - 8)
      html.label(last.description, HTML.width, height - 8, "end")
    }
  }

  /// A bar and its number for each item.
  mutating func bars(_ items: [(label: String, value: Double)]) {
    let most = max(items.map(\.value).max() ?? 0, .leastNormalMagnitude)
    element("table", [("class", "bars")]) { html in
      for item in items {
        html.line()
        html.element("tr") { html in
          html.name(item.label)
          html.element("td") { html in
            let box: [(StaticString, String)] = [
              ("viewBox", "0 0 100 10"), ("preserveAspectRatio", "none"),
            ]
            html.element("svg", box) {
              $0.box("bar", 0, 0, max(0, item.value) / most * 100, 10)
            }
          }
          html.element("td") { $0.text(amount(item.value)) }
        }
      }
    }
    line()
  }

  /// A name as a cell, the whole of it shown where there is room, or where it is pointed at.
  private mutating func name(_ text: String) {
    let title: [(StaticString, String)] = [("title", text)]
    element("td", text.count > 24 ? title : []) { $0.text(text) }
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
            html.name(row.first ?? "")
            for cell in row.dropFirst() { html.element("td") { $0.text(cell) } }
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
