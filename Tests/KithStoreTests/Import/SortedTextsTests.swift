import KithTestSupport
import Testing

@testable import KithStore

struct SortedTextsTests {
  @Test(arguments: [0, 1, 63, 1000, 40_000, 70_000])
  func `texts are sorted by bytes, however many there are`(count: Int) {
    let texts = texts(count, seed: 1)
    let index = index(texts)
    defer { index.free() }
    let sorted = sortedByBytes(index).map { String(decoding: index.text($0), as: UTF8.self) }
    #expect(
      sorted == Set(texts).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
  }

  @Test
  func `the users of several threads become one list`() {
    let all = [texts(30_000, seed: 1), texts(30_000, seed: 2), texts(10, seed: 3)]
    var indices = all.map(index)
    defer { for index in indices { index.free() } }
    let before = indices.map { index in
      (0..<UInt32(index.count)).map { String(decoding: index.text($0), as: UTF8.self) }
    }
    let codes = mergeUsers(&indices)
    let after = codes.map { codes in
      codes.map { String(decoding: indices[0].text($0), as: UTF8.self) }
    }
    #expect(after == before)
    #expect(indices[0].count == Set(all.joined()).count)
  }

  private func index(_ texts: [String]) -> TextIndex {
    var index = TextIndex(seed: 7)
    for text in texts {
      padded(Array(text.utf8)) { bytes in
        guard let start = bytes.baseAddress else { return }
        _ = index.code(start, bytes.count, index.hash(start, bytes.count))
      }
    }
    return index
  }

  /// Texts of every size, some of them twice, many with the same beginning.
  private func texts(_ count: Int, seed: UInt64) -> [String] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      let number = Int.random(in: 0..<100_000, using: &random)
      return switch number % 4 {
      case 0: "u\(number)"
      case 1: "刘玉_\(number)"
      case 2: "somebody.with.a.long.name.\(number)"
      default: String(repeating: "a", count: number % 50 + 1) + "\(number % 7)"
      }
    }
  }
}
