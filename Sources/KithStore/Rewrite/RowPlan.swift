// Sorted runs are merged like sorted lists: by user, then time, then arrival, which is the order of the
// runs and of the rows in each. The plan is what the merge found, as pieces: so many rows of this run,
// then so many of that. All columns are then written by it. Where only one run has the users that come
// next, the piece reaches to the next user that another run has, found by doubling steps; so a small
// run beside a large one costs its own rows, not those of the large one.

/// In which order the rows of several runs make one.
struct RowPlan {
  /// Rows in all.
  private(set) var rows = 0
  /// What comes next, in a word: the highest bit says that rows are passed over, 7 bits which run, 24
  /// how many.
  private var words: [UInt32] = []

  /// Takes the pages of all sources out of memory.
  private let letPagesGo: () -> Void

  private static let countMax = (1 << 24) - 1
  /// After so many rows pages go, so that a walk over runs of any size holds few of them.
  static let rowsHeld = 1 << 22
  static let sourcesMax = 1 << 7

  /// `ranks` are, for each source, the places of its users among all users.
  init(_ sources: [RunSource], ranks: [[UInt32]]) {
    letPagesGo = { for source in sources { source.letPagesGo() } }
    var merge = Merge(sources, ranks)
    var held = 0
    while let piece = merge.nextPiece() {
      append(piece.source, piece.rows, sources[piece.source])
      held += piece.rows.count
      if held > Self.rowsHeld {
        letPagesGo()
        held = 0
      }
    }
  }

  private mutating func append(_ source: Int, _ range: Range<Int>, _ run: RunSource) {
    var start = range.lowerBound
    let first = firstIndex(in: 0..<run.dropped.count) { run.dropped[$0].upperBound > start }
    for hole in run.dropped[first...] where start < range.upperBound {
      guard hole.lowerBound < range.upperBound else { break }
      if hole.lowerBound > start { put(source, hole.lowerBound - start, isDropped: false) }
      let from = max(start, hole.lowerBound)
      let end = min(hole.upperBound, range.upperBound)
      put(source, end - from, isDropped: true)
      start = end
    }
    if start < range.upperBound { put(source, range.upperBound - start, isDropped: false) }
  }

  private mutating func put(_ source: Int, _ count: Int, isDropped: Bool) {
    if !isDropped { rows += count }
    let head: UInt32 = (isDropped ? 1 << 31 : 0) | UInt32(source) << 24
    var rest = count
    if let last = words.last, last & 0xFF00_0000 == head {
      let part = min(rest, Self.countMax - Int(last & 0xFF_FFFF))
      words[words.count - 1] += UInt32(part)
      rest -= part
    }
    while rest > 0 {
      let part = min(rest, Self.countMax)
      words.append(head | UInt32(part))
      rest -= part
    }
  }

  /// Calls for each piece of rows of one source, in order. Pages go while it walks.
  @inline(__always)
  func forEachPiece<Failure: Error>(
    _ body: (_ source: Int, _ rows: Range<Int>) throws(Failure) -> Void
  ) throws(Failure) {
    var next = [Int](repeating: 0, count: Self.sourcesMax)
    var held = 0
    for word in words {
      let source = Int(word >> 24 & 0x7F)
      var start = next[source]
      let end = start &+ Int(word & 0xFF_FFFF)
      next[source] = end
      if word >> 31 != 0 { continue }
      while start < end {
        let stop = min(end, start &+ Self.rowsHeld &- held)
        try body(source, start..<stop)
        held &+= stop &- start
        start = stop
        if held == Self.rowsHeld {
          letPagesGo()
          held = 0
        }
      }
    }
  }
}

/// The merge, piece by piece.
private struct Merge {
  private let sources: [RunSource]
  private let ranks: [[UInt32]]
  /// Where each source stands, and where its rows of the present user end.
  private var next: [Int]
  private var end: [Int]
  /// The sources that have rows of the present user left, in order of arrival.
  private var holders: [Int] = []

  init(_ sources: [RunSource], _ ranks: [[UInt32]]) {
    self.sources = sources
    self.ranks = ranks
    next = sources.map { _ in 0 }
    end = next
  }

  mutating func nextPiece() -> (source: Int, rows: Range<Int>)? {
    if holders.count > 1 { return nextByTime() }
    if let last = holders.popLast() { return take(last, to: end[last]) }
    var least = UInt32.max
    var second = UInt32.max
    for source in sources.indices where next[source] < sources[source].rows {
      let rank = rank(source)
      if rank < least {
        (least, second) = (rank, least)
        holders = [source]
      } else if rank == least {
        holders.append(source)
      } else {
        second = min(second, rank)
      }
    }
    guard let first = holders.first else { return nil }
    if holders.count == 1 {
      holders = []
      return take(first, to: row(in: first, ofRank: second))
    }
    for source in holders {
      let user = sources[source].userCodes[next[source]]
      let codes = sources[source].userCodes
      end[source] = firstIndex(in: next[source]..<codes.count) { codes[$0] > user }
    }
    return nextByTime()
  }

  private func rank(_ source: Int) -> UInt32 {
    ranks[source][Int(sources[source].userCodes[next[source]])]
  }

  /// The first row from here on of a user that is not before a rank.
  private func row(in source: Int, ofRank rank: UInt32) -> Int {
    let run = sources[source]
    guard rank != .max else { return run.rows }
    let ranks = ranks[source]
    let present = Int(run.userCodes[next[source]])
    let user = firstIndex(in: present..<ranks.count) { ranks[$0] >= rank }
    return firstIndex(in: next[source]..<run.rows) { run.userCodes[$0] >= user }
  }

  private mutating func take(_ source: Int, to end: Int) -> (source: Int, rows: Range<Int>) {
    defer { next[source] = end }
    return (source, next[source]..<end)
  }

  /// Of the holders the one whose next row is first, up to where another's comes before.
  private mutating func nextByTime() -> (source: Int, rows: Range<Int>) {
    var best = holders[0]
    for source in holders.dropFirst() where time(source) < time(best) { best = source }
    var limit = Int64.max
    var isBefore = true
    for source in holders where source != best {
      let time = time(source)
      if time < limit || time == limit && source < best {
        limit = time
        isBefore = best < source
      }
    }
    let times = sources[best].times
    let stop = firstIndex(in: next[best]..<end[best]) {
      isBefore ? times[$0] > limit : times[$0] >= limit
    }
    if stop == end[best] { holders.removeAll { $0 == best } }
    return take(best, to: stop)
  }

  private func time(_ source: Int) -> Int64 { sources[source].times[next[source]] }
}
