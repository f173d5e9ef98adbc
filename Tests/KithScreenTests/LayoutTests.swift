import KithScreen
import KithTestSupport
import Testing

@Suite struct LayoutTests {
  @Test(arguments: [
    (10, [Length.weight(1), .weight(1)], 0, [5, 5]),
    (10, [.weight(1), .weight(2)], 0, [3, 7]),
    (10, [.fixed(3), .weight(1)], 1, [3, 6]),
    (10, [.weight(1, minimum: 8), .weight(1)], 0, [8, 2]),
    (5, [.fixed(3), .fixed(3)], 0, [3, 2]),
    (2, [.fixed(3), .weight(1, minimum: 3), .weight(1)], 1, [2, 0, 0]),
    (0, [.weight(1)], 0, [0]),
    (-4, [.fixed(2), .weight(1)], 1, [0, 0]),
    (10, [.fixed(-2), .weight(-1), .weight(0)], 0, [0, 0, 0]),
    (7, [], 0, []),
  ])
  func `room is shared`(total: Int, lengths: [Length], gap: Int, shares: [Int]) {
    #expect(Length.share(total, among: lengths, gap: gap) == shares)
  }

  @Test func `any shares fill the room and no more`() {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<2000 {
      let lengths = (0..<Int.random(in: 1...6, using: &random)).map { _ -> Length in
        Bool.random(using: &random)
          ? .fixed(Int.random(in: 0...9, using: &random))
          : .weight(
            Int.random(in: 1...5, using: &random), minimum: Int.random(in: 0...9, using: &random))
      }
      let total = Int.random(in: 0...60, using: &random)
      let gap = Int.random(in: 0...2, using: &random)
      let shares = Length.share(total, among: lengths, gap: gap)
      let gaps = gap * (lengths.count - 1)
      let sum = shares.reduce(0, +)
      #expect(shares.allSatisfy { $0 >= 0 })
      #expect(sum <= max(0, total))
      let least = lengths.map { length in
        switch length {
        case .fixed(let cells): cells
        case .weight(_, let minimum): minimum
        }
      }
      if least.reduce(gaps, +) <= total {
        #expect(zip(shares, least).allSatisfy { $0 >= $1 })
        let grows = lengths.contains { if case .weight = $0 { true } else { false } }
        if grows { #expect(sum + gaps == total) }
      }
      let rect = Rect(x: 2, y: 1, width: total, height: 3)
      for part in rect.columns(lengths, gap: gap) where !part.isEmpty {
        #expect(rect.intersection(part) == part)
      }
    }
  }

  @Test func `parts of a rectangle stay inside it`() {
    let rect = Rect(x: 1, y: 1, width: 3, height: 1)
    #expect(rect.inset() == Rect(x: 2, y: 1, width: 1, height: 1))
    #expect(rect.inset(columns: 9, rows: 9).isEmpty == false)
    #expect(rect.centred(Size(width: 9, height: 9)) == rect)
    #expect(rect.intersection(Rect(x: 9, y: 9, width: 2, height: 2)).isEmpty)
    #expect(Size(width: -1, height: -2) == .zero)
  }
}
