import KithStore
import KithSystem

/// A number for each user, as kernels work it out: 64-bit integers of one unit.
struct Quantity: Sendable {
  indirect enum Kind: Sendable {
    /// Nothing for anybody.
    case absent
    /// A count of nothing.
    case zero
    case count(RowChoice)
    case days(RowChoice)
    case weeks(RowChoice)
    case sum(RowChoice, PropertyNumbers)
    case extreme(RowChoice, PropertyNumbers, largest: Bool)
    case distinct(RowChoice, PropertyCodes)
    case firstTime(RowChoice)
    case lastTime(RowChoice)
    /// One that stands in a plan more than once, with its number among those: worked out once a block.
    case shared(Quantity, Int)
    /// T minus a time.
    case elapsed(Quantity)
    /// D minus the day of a time.
    case daysSince(Quantity)
    /// From the lists of days: of the user's own doing, or of any event.
    case listedDays(own: Bool, ClosedRange<Int>)
    case listedWeeks(own: Bool, ClosedRange<Int>)
    case daysSinceFirst(own: Bool)
    case daysSinceLast(own: Bool)
    case rhythm
    /// Facts of the index, where T hides nothing.
    case firstFact, lastFact, countFact, sumFact
  }
  enum Meaning: Sendable { case number, time, days, milliseconds }

  let kind: Kind
  let meaning: Meaning
  /// Of a number, in 10^-18.
  let unit: Int128

  init(_ kind: Kind, _ meaning: Meaning = .number, unit: Int128 = Unit.one) {
    self.kind = kind
    self.meaning = meaning
    self.unit = unit
  }
}

/// A property's numbers in millionths.
enum PropertyNumbers: Sendable {
  case value
  /// By run, by code; ``absentValue`` for a code without one. The last one by the snapshot's codes.
  case column(Int, [[Int64]])

  /// nil where a number is finer than a millionth or too large.
  init?(_ property: Property, _ columns: Columns) {
    switch property {
    case .value: self = .value
    case .column(let place, .number):
      var all: [Int64] = []
      for number in columns.snapshot.properties[place].numbers {
        let (micros, rest) = number.units.quotientAndRemainder(dividingBy: Unit.micros)
        guard rest == 0, let exact = Int64(exactly: micros), exact != absentValue else {
          return nil
        }
        all.append(exact)
      }
      let tables = columns.runs.map { run in
        run.propertyCodes[place].map { codes in codes.map { all[Int($0)] } } ?? all
      }
      self = .column(place, tables + [all])
    default: return nil
    }
  }

  @inline(__always)
  func number(_ row: Int, _ columns: RunColumns, run: Int) -> Int64 {
    switch self {
    case .value: return columns.amount(row)
    case .column(let place, let tables):
      guard let codes = columns.properties[place] else { return absentAmount }
      let code = Int(codes.code(row))
      return code < tables[run].count ? tables[run][code] : absentAmount
    }
  }
}

/// A property's values as numbers that are equal where the values are.
enum PropertyCodes: Sendable {
  case value
  /// By run, by code. The last one by the snapshot's codes.
  case source([[Int64]])
  case column(Int, [[Int64]])

  init?(_ property: Property, _ columns: Columns) {
    func tables(_ all: [Int64], _ translations: [[UInt32]?]) -> [[Int64]] {
      translations.map { codes in codes.map { $0.map { all[Int($0)] } } ?? all } + [all]
    }
    switch property {
    case .value: self = .value
    case .source:
      self = .source(
        tables(
          (0..<columns.snapshot.sources.count).map(Int64.init), columns.runs.map(\.sourceCodes)))
    case .column(let place, _):
      let column = columns.snapshot.properties[place]
      var all = (0..<column.values.count).map(Int64.init)
      if column.type == .number {
        var first: [Exact: Int64] = [:]
        for (code, number) in column.numbers.enumerated() {
          let known = first[number, default: Int64(code)]
          first[number] = known
          all[code] = known
        }
      }
      self = .column(place, tables(all, columns.runs.map { $0.propertyCodes[place] }))
    case .unknown: return nil
    }
  }

  /// How many codes there are at most; nil where they are no places of a table.
  var count: Int? {
    switch self {
    case .value: nil
    case .source(let tables), .column(_, let tables): tables.last?.count
    }
  }

  /// ``absentAmount`` where the cell is empty.
  @inline(__always)
  func code(_ row: Int, _ columns: RunColumns, run: Int) -> Int64 {
    switch self {
    case .value: return columns.amount(row)
    case .source(let tables): return look(Int(columns.sources.code(row)), tables[run])
    case .column(let place, let tables):
      guard let codes = columns.properties[place] else { return absentAmount }
      return look(Int(codes.code(row)), tables[run])
    }
  }

  @inline(__always)
  private func look(_ code: Int, _ table: [Int64]) -> Int64 {
    code < table.count ? table[code] : absentAmount
  }
}
