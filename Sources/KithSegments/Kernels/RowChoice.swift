import KithStore
import KithSystem

/// Which rows of a user count: events by the codes of each run, filters as tables over codes, and a
/// range of instants. Made once for a question, so that a row is held against tables alone.
struct RowChoice: @unchecked Sendable {  // postings are views into what `Columns` keeps
  /// Which codes of a run match.
  enum Match {
    case all, none
    case code(UInt32)
    case table([Bool])
  }
  /// By run; the last one for merged rows, whose codes are the snapshot's.
  let matches: [Match]
  let filters: [RowFilter]
  let range: ClosedRange<Int64>
  /// Every event of the base that matches, apart from filters and range; nil where it is not rare.
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
    switch selection.which {
    case .none: return nil
    case .any: matches = translations.map { _ in .all }
    case .activity:
      guard isSystem.contains(true) else {
        matches = translations.map { _ in .all }
        break
      }
      matches = translations.map { codes in
        .table(codes.map { $0.map { !isSystem[Int($0)] } } ?? isSystem.map { !$0 })
      }
    case .code(let code):
      matches = translations.map { codes in
        guard let codes else { return .code(code) }
        return codes.firstIndex(of: code).map { .code(UInt32($0)) } ?? .none
      }
    }
    var filters: [RowFilter] = []
    for filter in selection.filters {
      guard let planned = RowFilter(filter, columns) else { return nil }
      filters.append(planned)
    }
    self.filters = filters
    if let base, case .code(let code) = matches[base] {
      postings = columns.index?.postings(Int(code))
    } else {
      postings = nil
    }
    baseRows = postings?.users.count ?? columns.base?.rows ?? 0
  }

  /// Whether a row matches, its time apart.
  @inline(__always)
  func matches(_ row: Int, _ columns: RunColumns, run: Int) -> Bool {
    switch matches[run] {
    case .all: break
    case .none: return false
    case .code(let code): guard columns.events[row] == code else { return false }
    case .table(let table):
      let code = Int(columns.events[row])
      guard code < table.count, table[code] else { return false }
    }
    return passes(row, columns, run: run)
  }

  /// Whether a row that has the event passes the filters.
  @inline(__always)
  func passes(_ row: Int, _ columns: RunColumns, run: Int) -> Bool {
    for filter in filters where !filter.passes(row, columns, run: run) { return false }
    return true
  }

  /// The rows of a user that lie in the range.
  @inline(__always)
  func bounded(_ columns: RunColumns, _ rows: Range<Int>) -> Range<Int> {
    var low = rows.lowerBound
    var high = rows.upperBound
    guard low < high else { return rows }
    if columns.times[low] < range.lowerBound {
      low = columns.firstRow(in: rows) { $0 >= range.lowerBound }
    }
    if low < high, columns.times[high &- 1] > range.upperBound {
      high = columns.firstRow(in: low..<high) { $0 > range.upperBound }
    }
    return low..<max(low, high)
  }
}

extension RunColumns {
  /// The first row whose time is late enough, all later ones being so too. Cost: O(log rows).
  @inline(__always)
  func firstRow(in rows: Range<Int>, _ isLate: (Int64) -> Bool) -> Int {
    var low = rows.lowerBound
    var high = rows.upperBound
    while low < high {
      let middle = (low &+ high) / 2
      if isLate(times[middle]) { high = middle } else { low = middle &+ 1 }
    }
    return low
  }
}

/// One condition on a property: a table over codes, or a test of the value itself.
struct RowFilter: Sendable {
  private enum Kind: Sendable {
    /// By run: the code's answer; the last one by the snapshot's codes.
    case source([[Bool]])
    case column(Int, [[Bool]])
    case value(NumberTest)
  }
  private let kind: Kind

  /// nil where no row can pass.
  init?(_ filter: Filter, _ columns: Columns) {
    let snapshot = columns.snapshot
    func tables(
      _ count: Int, _ translations: [[UInt32]?], _ holds: (UInt32) -> Bool
    ) -> [[Bool]] {
      let all = (0..<count).map { holds(UInt32($0)) }
      return translations.map { codes in codes.map { $0.map { all[Int($0)] } } ?? all } + [all]
    }
    switch filter.property {
    case .unknown: return nil
    case .source:
      let names = snapshot.sources
      kind = .source(
        tables(names.count, columns.runs.map(\.sourceCodes)) {
          filter.test.holds(.text(names[$0]))
        })
    case .column(let place, _):
      let column = snapshot.properties[place]
      kind = .column(
        place,
        tables(column.values.count, columns.runs.map { $0.propertyCodes[place] }) {
          filter.test.holds(column.datum($0))
        })
    case .value:
      guard let test = NumberTest(filter.test, unit: Unit.micros) else { return nil }
      kind = .value(test)
    }
  }

  @inline(__always)
  func passes(_ row: Int, _ columns: RunColumns, run: Int) -> Bool {
    switch kind {
    case .source(let tables):
      let code = Int(columns.sources[row])
      return code < tables[run].count && tables[run][code]
    case .column(let place, let tables):
      guard let codes = columns.properties[place] else { return false }
      let code = Int(codes[row])
      return code < tables[run].count && tables[run][code]
    case .value(let test):
      let value = columns.value(row)
      return value != absentValue && test.holds(value)
    }
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
    case .present: self.init(ranges: [], isNegated: true)
    case .compare(let comparison, .number(let constant)):
      self.init(comparison, constant.units, unit: unit)
    case .member(let negated, let constants):
      var ranges: [ClosedRange<Int64>] = []
      for case .number(let constant) in constants {
        ranges += NumberTest(.equal, constant.units, unit: unit).ranges
      }
      self.init(ranges: ranges, isNegated: negated)
    case .compare, .contains: return nil
    }
  }
}
