import KithSystem

/// The texts of one column over all threads, sorted by bytes, without those that stand in no row.
struct RankedNames {
  /// By thread and by its code: the text's place in the dictionary, from 1; 0 where no row has it.
  let ranks: [[UInt32]]
  /// The dictionary: the ends of its texts, from 0 on, and their bytes.
  let ends: [Int64]
  let bytes: [UInt8]

  var count: Int { ends.count - 1 }

  /// `uses` says for each thread which of its codes stand in rows; nil: all of them.
  init(_ indices: [TextIndex?], uses: [[Bool]]?) {
    var all = TextIndex(seed: indices.compactMap { $0?.seed }.first ?? 0)
    defer { all.free() }
    var common: [[UInt32]] = []
    for (thread, index) in indices.enumerated() {
      guard let index else {
        common.append([])
        continue
      }
      common.append(
        (0..<UInt32(index.count)).map { code in
          if let uses, !uses[thread][Int(code)] { return absentCode }
          let text = index.text(code)
          guard let start = text.baseAddress else { return absentCode }
          return all.code(start, text.count, index.hash(code))
        })
    }
    var rankOfCommon = [UInt32](repeating: 0, count: all.count)
    var ends: [Int64] = [0]
    var bytes: [UInt8] = []
    for (rank, code) in sortedByBytes(all).enumerated() {
      rankOfCommon[Int(code)] = UInt32(rank + 1)
      bytes.append(contentsOf: all.text(code))
      ends.append(Int64(bytes.count))
    }
    ranks = common.map { codes in
      codes.map { $0 == absentCode ? 0 : rankOfCommon[Int($0)] }
    }
    self.ends = ends
    self.bytes = bytes
  }
}
