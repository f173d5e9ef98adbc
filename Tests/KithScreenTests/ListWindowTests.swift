import KithScreen
import KithTestSupport
import Testing

@Suite struct ListWindowTests {
  @Test func `a million rows are arithmetic`() {
    var window = ListWindow()
    window.fit(count: 1_024_311, height: 20)
    window.move(to: .max)
    #expect(window.cursor == 1_024_310)
    #expect(window.visible == 1_024_291..<1_024_311)
    window.move(by: .min)
    #expect(window.visible == 0..<20)
    window.page(1)
    #expect(window.cursor == 19 && window.first == 19)
    window.fit(count: 5, height: 20)
    #expect(window.cursor == 4 && window.visible == 0..<5)
    window.fit(count: 0, height: 0)
    #expect(window.cursor == 0 && window.visible.isEmpty)
  }

  @Test func `the window always holds the cursor, whatever happens`() {
    var random = SeededGenerator(seed: 5)
    var window = ListWindow()
    for _ in 0..<5000 {
      let before = window
      switch Int.random(in: 0..<6, using: &random) {
      case 0:
        window.fit(
          count: Int.random(in: 0...60, using: &random),
          height: Int.random(in: 0...15, using: &random))
      case 1: window.move(by: Int.random(in: -9...9, using: &random))
      case 2: window.move(to: Int.random(in: -9...70, using: &random))
      case 3: window.page(Bool.random(using: &random) ? 1 : -1)
      case 4: window.halfPage(Bool.random(using: &random) ? 1 : -1)
      default: window.scroll(by: Int.random(in: -9...9, using: &random))
      }
      #expect(window.first >= 0)
      #expect(window.cursor >= 0 && window.cursor < max(1, window.count))
      guard window.count > 0 && window.height > 0 else { continue }
      #expect(window.visible.contains(window.cursor), "\(before) became \(window)")
      #expect(window.visible.count == min(window.count, window.height))
    }
  }

  @Test func `moving within the window does not scroll it`() {
    var random = SeededGenerator(seed: 6)
    for _ in 0..<500 {
      var window = ListWindow()
      window.fit(count: 100, height: 10)
      window.scroll(by: Int.random(in: 0...90, using: &random))
      let first = window.first
      let target = Int.random(in: 0...99, using: &random)
      window.move(to: target)
      // The twin: as near to where it was as the cursor allows.
      let nearest = (0...90).filter { ($0..<$0 + 10).contains(target) }
        .min { abs($0 - first) < abs($1 - first) }
      #expect(window.first == nearest)
    }
  }

  @Test(arguments: [(0, 0..<1), (90, 9..<10), (45, 4..<5)])
  func `the thumb goes from end to end`(first: Int, thumb: Range<Int>) {
    var window = ListWindow()
    window.fit(count: 100, height: 10)
    window.scroll(by: first)
    #expect(window.thumb(length: 10) == thumb)
    window.fit(count: 5, height: 10)
    #expect(window.thumb(length: 10) == nil)
  }
}
