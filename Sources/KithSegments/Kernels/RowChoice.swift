import KithStore
import KithSystem

/// Which rows of a user count: events by the codes of each run, filters as tables over codes, and a
/// range of instants. Made once for a question, so that a row is held against tables alone.
struct RowChoice: @unchecked Sendable {  // postings are views into what `Columns` keeps
  /// Which codes of a run match.
  enum Match {
    case all, none
    case code(UInt32)
    /// By code; `kept` holds the memory.
    case table(UnsafeBufferPointer<Bool>)
  }
  /// By run; the last one for merged rows, whose codes are the snapshot's.
  let matches: [Match]
  private let kept: [Kept<Bool>]
  let filters: [RowFilter]
  let range: ClosedRange<Int64>
  /// Whether the range hides no row that is older, or younger.
  let isOpenBelow: Bool
  private let isOpenAbove: Bool
  /// The time of the last event of each of the base's users, where the range asks for late ones.
  private let lasts: UnsafeBufferPointer<Int64>?
  /// Every event of the base that matches, apart from filters and range, of which early ones may be left
  /// out; nil where it is not rare.
  let postings: Postings?
  /// Rows of the base that may match: what a walk over them costs.
  let baseRows: Int

  /// nil where no row can match.
  init?(_ selection: Selection, _ columns: Columns, _ times: Times) {
    guard let range = times.range(selection.window) else { return nil }
    let isSystem = columns.isSystem
    let translations = columns.runs.map(\.eventCodes) + [nil]
    let base = columns.users.base
    self.range = range
    isOpenBelow = range.lowerBound == .min
    isOpenAbove = times.seesAll && range.upperBound == times.instant
    var kept: [Kept<Bool>] = []
    switch selection.which {
    case .none: return nil
    case .any: matches = translations.map { _ in .all }
    case .activity:
      guard isSystem.contains(true) else {
        matches = translations.map { _ in .all }
        break
      }
      kept = translations.map { codes in
        Kept(codes.map { $0.map { !isSystem[Int($0)] } } ?? isSystem.map { !$0 })
      }
      matches = kept.map { .table($0.all) }
    case .code(let code):
      matches = translations.map { codes in
        guard let codes else { return .code(code) }
        return codes.firstIndex(of: code).map { .code(UInt32($0)) } ?? .none
      }
    }
    self.kept = kept
    var filters: [RowFilter] = []
    for filter in selection.filters {
      guard let planned = RowFilter(filter, columns) else { return nil }
      filters.append(planned)
    }
    self.filters = filters
    if let base, case .code(let code) = matches[base] {
      postings = columns.index?.postings(Int(code), from: range.lowerBound)
    } else {
      postings = nil
    }
    lasts = isOpenBelow || postings != nil ? nil : columns.index?.lasts
    baseRows = postings?.users.count ?? columns.base?.rows ?? 0
  }

  /// Visits those of some rows that match and have a value, their time apart, until `body` has enough.
  @inline(__always)
  func visitValued(_ rows: Range<Int>, _ run: RunView, _ index: Int, _ body: (Int) -> Bool) {
    guard let bits = run.valueBits else { return visit(rows, run, index, body) }
    eachBit(bits, rows) { row in
      let isMeant: Bool
      switch matches[index] {
      case .none: return false
      case .all: isMeant = true
      case .code(let code): isMeant = run.events[row] == code
      case .table(let table):
        let code = Int(run.events[row])
        isMeant = code < table.count && table[code]
      }
      return isMeant && passes(row, run, run: index) ? body(row) : true
    }
  }

  /// Visits those of some rows that match, their time apart, until `body` has enough.
  @inline(__always)
  func visit(
    _ rows: some Sequence<Int>, _ run: RunView, _ index: Int, _ body: (Int) -> Bool
  ) {
    let isBare = filters.isEmpty
    switch matches[index] {
    case .none: return
    case .all:
      for row in rows where isBare || passes(row, run, run: index) {
        if !body(row) { return }
      }
    case .code(let code):
      guard let codes = run.events.bytes, code < 256 else {
        for row in rows
        where run.events[row] == code && (isBare || passes(row, run, run: index)) {
          if !body(row) { return }
        }
        return
      }
      let wanted = UInt8(truncatingIfNeeded: code)
      if let range = rows as? Range<Int> {
        codes.each(wanted, range) { row in
          isBare || passes(row, run, run: index) ? body(row) : true
        }
        return
      }
      for row in rows where codes[row] == wanted && (isBare || passes(row, run, run: index)) {
        if !body(row) { return }
      }
    case .table(let table):
      for row in rows {
        let code = Int(run.events[row])
        guard code < table.count, table[code], isBare || passes(row, run, run: index) else {
          continue
        }
        if !body(row) { return }
      }
    }
  }

  /// Visits those of a user's rows in the base that match and lie in the range, by the postings, until
  /// `body` has enough.
  ///
  /// - Parameter near: a place among the postings not far before theirs; then the one after them.
  @inline(__always)
  func visitPosted(
    _ rows: Range<Int>, _ run: RunView, _ base: Int, near: inout Int,
    _ body: (_ row: Int, _ time: Int64) -> Bool
  ) {
    guard let postings else { return }
    var place = postings.rows.firstPlace(of: rows.lowerBound, near: near)
    while place < postings.rows.count, Int(postings.rows[place]) < rows.upperBound {
      let (row, time) = (Int(postings.rows[place]), postings.times[place])
      place &+= 1
      if range.contains(time), passes(row, run, run: base), !body(row, time) { break }
    }
    near = place
  }

  /// How many of some rows match, their time apart; nil where that has to be asked row by row.
  @inline(__always)
  func count(_ rows: Range<Int>, _ run: RunView, _ index: Int) -> Int? {
    guard filters.isEmpty else { return nil }
    switch matches[index] {
    case .none: return 0
    case .all: return rows.count
    case .code(let code):
      guard let codes = run.events.bytes, code < 256 else { return nil }
      return codes.count(UInt8(truncatingIfNeeded: code), rows)
    case .table: return nil
    }
  }

  /// The byte that rows of the base have where they match, if it is one and nothing else is asked.
  func byte(of columns: Columns) -> UInt8? {
    guard let base = columns.users.base, filters.isEmpty, case .code(let code) = matches[base]
    else { return nil }
    return UInt8(exactly: code)
  }

  /// Whether no row is hidden by its time.
  var isWhole: Bool { isOpenBelow && isOpenAbove }

  /// Whether a row that has the event passes the filters.
  @inline(__always)
  func passes(_ row: Int, _ columns: RunView, run: Int) -> Bool {
    for filter in filters where !filter.passes(row, columns, run: run) { return false }
    return true
  }

  /// Whether all rows of a run match that lie in the range.
  func takesAll(ofRun index: Int) -> Bool {
    if case .all = matches[index] { filters.isEmpty } else { false }
  }

  /// Whether the rows of each user of the base are looked for from their last ones.
  var looksBack: Bool { !isOpenBelow && lasts == nil }

  /// Whether a user of the base can have no row in the range, so that none is looked at.
  @inline(__always)
  func isOver(_ user: Int) -> Bool {
    guard let lasts else { return false }
    return lasts[user] < range.lowerBound
  }

  /// The rows of a user that lie in the range. What is asked for is mostly late, so it is looked for
  /// from the end, in steps that double. Cost: O(log of the rows found).
  @inline(__always)
  func bounded(_ columns: RunView, _ rows: Range<Int>) -> Range<Int> {
    var low = rows.lowerBound
    var high = rows.upperBound
    guard low < high else { return rows }
    if !isOpenAbove, columns.times[high &- 1] > range.upperBound {
      high = columns.firstRow(in: low..<high) { $0 > range.upperBound }
    }
    guard !isOpenBelow, low < high else { return low..<high }
    var late = high
    var step = 1
    while late > low {
      let early = max(low, late &- step)
      if columns.times[early] < range.lowerBound {
        low = columns.firstRow(in: (early &+ 1)..<late) { $0 >= range.lowerBound }
        break
      }
      late = early
      step &*= 2
    }
    return low..<high
  }
}

extension UnsafeBufferPointer<UInt32> {
  /// The first place of ascending numbers that is not below one, looked for from a place on, in steps that
  /// double. Cost: O(log of the distance).
  @inline(__always)
  fileprivate func firstPlace(of number: Int, near: Int) -> Int {
    var low = near > 0 && Int(self[near &- 1]) >= number ? 0 : near
    var step = 1
    var high = low
    while high < count, Int(self[high]) < number {
      low = high &+ 1
      high &+= step
      step &*= 2
    }
    high = Swift.min(high, count)
    while low < high {
      let middle = (low &+ high) / 2
      if Int(self[middle]) < number { low = middle &+ 1 } else { high = middle }
    }
    return low
  }
}

extension UnsafePointer<UInt8> {
  /// Visits the places of one byte, in order, until `body` has enough: eight at a time, so that nothing
  /// has to be guessed for those between.
  @inline(__always)
  func each(_ byte: UInt8, _ places: Range<Int>, _ body: (Int) -> Bool) {
    let low = UInt64(0x7F7F_7F7F_7F7F_7F7F)
    let wanted = UInt64(byte) &* 0x0101_0101_0101_0101
    var place = places.lowerBound
    while places.upperBound &- place >= 8 {
      let next = UnsafeRawPointer(self + place).loadUnaligned(as: UInt64.self) ^ wanted
      // The highest bit of each byte that is zero, of no other.
      var found = ~(((next & low) &+ low) | next | low)
      while found != 0 {
        if !body(place &+ found.trailingZeroBitCount / 8) { return }
        found &= found &- 1
      }
      place &+= 8
    }
    while place < places.upperBound {
      if self[place] == byte, !body(place) { return }
      place &+= 1
    }
  }

  /// How many of some bytes are this one: sixteen at a time, each in a lane of its own, which holds 255.
  @inline(__always)
  func count(_ byte: UInt8, _ places: Range<Int>) -> Int {
    var count = 0
    var place = places.lowerBound
    let (wanted, one) = (SIMD16<UInt8>(repeating: byte), SIMD16<UInt8>(repeating: 1))
    while places.upperBound &- place >= 16 {
      var lanes = SIMD16<UInt8>()
      var rounds = Swift.min(15, (places.upperBound &- place) / 16)
      while rounds > 0 {
        let next = UnsafeRawPointer(self + place).loadUnaligned(as: SIMD16<UInt8>.self)
        lanes &+= SIMD16<UInt8>().replacing(with: one, where: next .== wanted)
        place &+= 16
        rounds &-= 1
      }
      count &+= Int(lanes.wrappedSum())
    }
    while place < places.upperBound {
      count &+= self[place] == byte ? 1 : 0
      place &+= 1
    }
    return count
  }
}

/// One condition on a property: a table over codes, or a test of the value itself.
struct RowFilter: @unchecked Sendable {  // `kept` holds what is pointed to
  private enum Kind {
    case source
    case column(Int)
    case value(NumberTest)
  }
  private let kind: Kind
  /// By run: the code's answer; the last one by the snapshot's codes.
  private let tables: UnsafeBufferPointer<UnsafeBufferPointer<Bool>>
  private let kept: Tables<Bool>

  /// nil where no row can pass.
  init?(_ filter: Filter, _ columns: Columns) {
    let snapshot = columns.snapshot
    func made(
      _ count: Int, _ translations: [[UInt32]?], _ holds: (UInt32) -> Bool
    ) -> Tables<Bool>? {
      let all = (0..<count).map { holds(UInt32($0)) }
      guard all.contains(true) else { return nil }
      return Tables(
        translations.map { codes in codes.map { $0.map { all[Int($0)] } } ?? all } + [all])
    }
    let found: Tables<Bool>?
    switch filter.property {
    case .unknown: return nil
    case .source:
      let names = snapshot.sources
      kind = .source
      found = made(names.count, columns.runs.map(\.sourceCodes)) {
        filter.test.holds(.text(names[$0]))
      }
    case .column(let place, _):
      let column = snapshot.properties[place]
      kind = .column(place)
      found = made(column.values.count, columns.runs.map { $0.propertyCodes[place] }) {
        filter.test.holds(column.datum($0))
      }
    case .value:
      guard let test = NumberTest(filter.test, unit: Unit.micros), !test.isNever else { return nil }
      kind = .value(test)
      found = Tables([])
    }
    guard let found else { return nil }
    kept = found
    tables = found.all
  }

  @inline(__always)
  func passes(_ row: Int, _ columns: RunView, run: Int) -> Bool {
    let code: Int
    switch kind {
    case .source: code = Int(columns.sources[row])
    case .column(let place): code = Int(columns.properties[place][row])
    case .value(let test):
      let value = columns.value(row)
      return value != absentAmount && test.holds(value)
    }
    return code < tables[run].count && tables[run][code]
  }
}

/// What one of a vector's integers stands for, in 10^-18.
enum Unit {
  static let one: Int128 = 1_000_000_000_000_000_000
  static let micros: Int128 = 1_000_000_000_000
}

extension NumberTest {
  /// A test of a number that is there; nil where nothing passes.
  init?(_ test: Test, unit: Int128) {
    switch test {
    case .present: self.init([], isNegated: true)
    case .compare(let comparison, .number(let constant)):
      self.init(comparison, constant.units, unit: unit)
    case .member(let negated, let constants):
      var spans: [Span] = []
      for case .number(let constant) in constants {
        spans += NumberTest(.equal, constant.units, unit: unit).spans
      }
      self.init(spans, isNegated: negated)
    case .compare, .contains: return nil
    }
  }
}
