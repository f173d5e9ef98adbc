import KithTestSupport
import Testing

@testable import KithSegments

/// The border of `top` against sorting.
struct RankingTests {
  @Test(arguments: 1...30)
  func theSoManiethIsThatOfASortedList(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let users = Int.random(in: 1...3_000, using: &random)
    let power = Int.random(in: 0...62, using: &random)
    let ranking = Ranking(users: users)
    for user in 0..<users {
      ranking.numbers[user] =
        switch Int.random(in: 0..<8, using: &random) {
        case 0: 0
        case 1: -Int64.random(in: 0...Int64.max, using: &random)
        case 2: Int64.random(in: 1...200, using: &random)
        case 3: .max - Int64.random(in: 0...1, using: &random)
        case 4: (1 << Int64(power)) - Int64.random(in: 0...1, using: &random)
        default: Int64.random(in: 0...(1 << Int64(power)), using: &random)
        }
    }
    let sorted = (0..<users).map { ranking.numbers[$0] }.filter { $0 > 0 }.sorted(by: >)
    let sizes = ranking.sizes()
    #expect(sizes.count == sorted.count)
    #expect(ranking.positive.sorted(by: >) == sorted)
    for _ in 0..<40 where !sorted.isEmpty {
      let place = Int.random(in: 1...sorted.count, using: &random)
      #expect(ranking.largest(place, sizes) == sorted[place - 1])
    }
  }

  /// As many that another core counts some of them.
  @Test
  func manyUsersAreCountedWhole() {
    let users = 300_000
    let ranking = Ranking(users: users)
    for user in 0..<users { ranking.numbers[user] = Int64(user * 7 % users) }
    let sizes = ranking.sizes()
    #expect(sizes.count == users - 1)
    for place in [1, 2, 1_000, users / 2, users - 1] {
      #expect(ranking.largest(place, sizes) == Int64(users - place))
    }
  }
}
