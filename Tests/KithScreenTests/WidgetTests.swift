import KithScreen
import KithTestSupport
import Testing

@Suite struct WidgetTests {
  @Test(arguments: [
    Size(width: 60, height: 12), Size(width: 30, height: 8), Size(width: 8, height: 3),
  ])
  func `a page of widgets`(size: Size) {
    var surface = Surface(size: size)
    let (title, chosen) = (Style(attributes: .bold), Style(attributes: .reverse))
    let parts = surface.bounds.rows([.fixed(1), .weight(1), .fixed(1)])
    Tabs(["1 今日", "2 Users", "3 Segments"], selected: 1).draw(
      on: &surface, in: parts[0], selectedStyle: chosen)
    let inner = surface.pane(
      parts[1], title: [Run("Core ", title), Run("1,204")],
      trailing: [Run(Chart.sparkline([1, 2, 3, 5, 8, 13]))])
    surface.inside(inner) { pane in
      let table = Table([
        .init("last", .fixed(5), .right), .init("user", .weight(1, minimum: 6)),
        .init("value", .weight(1), .right),
      ])
      let lines = pane.bounds.rows(Array(repeating: .fixed(1), count: pane.size.height))
      let rows = [
        ["8d", "李娜", "120"], ["9d", "陈伟陈伟陈伟陈伟陈伟陈伟", "4,120"], ["1h", "a\u{1B}[31m", "0"],
      ]
      for (index, line) in lines.enumerated() {
        if index == 0 {
          table.drawHeader(on: &pane, in: line, style: title, sorted: (0, "↓"))
        } else if index <= rows.count {
          let style = index == 2 ? chosen : .plain
          table.drawRow(rows[index - 1].map { Run($0, style) }, on: &pane, in: line, style: style)
        }
      }
    }
    surface.hints(
      [Hint("space", "mark"), Hint("t", "tag"), Hint("q", "quit")], in: parts[2],
      keyStyle: title, labelStyle: .plain)
    expectSnapshot(surface.picture(), "page-\(size.width)x\(size.height)")
  }

  @Test func `a box in the middle`() {
    var surface = Surface(size: Size(width: 40, height: 9))
    surface.fill(surface.bounds, with: "·")
    let inner = surface.box(Size(width: 24, height: 6), title: [Run("Tag 3 users")])
    surface.paragraphs("This tags 陈伟 and two other users as core; undo it with u.", in: inner)
    expectSnapshot(surface.text, "box")
  }

  @Test(arguments: [
    ([0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█"), ([], ""), ([3, 3], "▅▅"), ([.nan, 1, 2], " ▁█"),
    ([-5, 5], "▁█"), ([.infinity], " "),
  ])
  func `a sparkline goes from least to most`(values: [Double], line: String) {
    #expect(Chart.sparkline(values) == line)
  }

  @Test(arguments: [
    ([0, 1, 2, 3, 4], "\u{20}░▒▓█"), ([], ""), ([0, 0], "  "), ([1], "█"), ([-1, 100], " █"),
  ])
  func `heat is nothing only for zero`(counts: [Int], row: String) {
    #expect(Chart.heat(counts) == row)
  }

  @Test(arguments: [
    (0.0, "░░░░"), (0.001, "█░░░"), (0.5, "██░░"), (0.999, "███░"), (1, "████"), (7, "████"),
    (.nan, "░░░░"), (-1, "░░░░"),
  ])
  func `progress is full only when done`(share: Double, bar: String) {
    #expect(Chart.progress(share, cells: 4) == bar)
    #expect(Chart.progress(share, cells: -1) == "")
  }

  @Test func `the mouse finds tabs and columns where they are drawn`() {
    let tabs = Tabs(["one", "二", "three"], selected: 2)
    let line = Rect(x: 2, y: 1, width: 30, height: 1)
    #expect(tabs.index(at: Point(x: 2, y: 1), in: line) == 0)
    #expect(tabs.index(at: Point(x: 7, y: 1), in: line) == 1)
    #expect(tabs.index(at: Point(x: 11, y: 1), in: line) == 2)
    #expect(tabs.index(at: Point(x: 11, y: 0), in: line) == nil)
    let narrow = Rect(x: 0, y: 0, width: 7, height: 1)
    #expect(tabs.fields(in: narrow)[2] == narrow)
    let table = Table([.init("a", .fixed(3)), .init("b", .weight(1))])
    #expect(table.column(at: Point(x: 4, y: 0), in: narrow) == 1)
    #expect(table.column(at: Point(x: 3, y: 0), in: narrow) == nil)
  }
}
