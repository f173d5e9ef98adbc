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
    /// Facts of the index; the last time only where T hides nothing.
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

  /// Between which numbers it lies for everyone, none being absent; nil where that is not known.
  var range: ClosedRange<Int64>? {
    switch kind {
    case .zero: 0...0
    case .count, .days, .weeks, .distinct: 0...Int64.max
    // Whoever is asked about has an event.
    case .countFact: 1...Int64.max
    case .listedDays(_, let days): 0...Int64(days.count)
    // A week may be cut at both ends.
    case .listedWeeks(_, let days): 0...Int64(days.count / 7 + 2)
    case .shared(let inner, _): inner.range
    default: nil
    }
  }
}

/// A property's numbers in millionths.
struct PropertyNumbers: @unchecked Sendable {  // `kept` holds what is pointed to
  /// nil: the value of the event itself.
  private let place: Int?
  /// By run, by code; ``absentAmount`` for a code without one. The last one by the snapshot's codes.
  private let tables: UnsafeBufferPointer<UnsafeBufferPointer<Int64>>
  private let kept: Tables<Int64>

  /// nil where a number is finer than a millionth or too large.
  init?(_ property: Property, _ columns: Columns) {
    switch property {
    case .value:
      place = nil
      kept = Tables([])
    case .column(let place, .number):
      var all: [Int64] = []
      for number in columns.snapshot.properties[place].numbers {
        let (micros, rest) = number.units.quotientAndRemainder(dividingBy: Unit.micros)
        guard rest == 0, let exact = Int64(exactly: micros), exact != absentAmount else {
          return nil
        }
        all.append(exact)
      }
      self.place = place
      kept = Tables(
        columns.runs.map { run in
          run.propertyCodes[place].map { codes in codes.map { all[Int($0)] } } ?? all
        } + [all])
    default: return nil
    }
    tables = kept.all
  }

  /// Whether they are the event's own value.
  var isValue: Bool { place == nil }

  @inline(__always)
  func number(_ row: Int, _ columns: RunView, run: Int) -> Int64 {
    guard let place else { return columns.value(row) }
    let code = Int(columns.properties[place][row])
    return code < tables[run].count ? tables[run][code] : absentAmount
  }
}

/// A property's values as numbers that are equal where the values are.
struct PropertyCodes: @unchecked Sendable {  // `kept` holds what is pointed to
  private enum Kind {
    case value, source
    case column(Int)
  }
  private let kind: Kind
  /// By run, by code. The last one by the snapshot's codes.
  private let tables: UnsafeBufferPointer<UnsafeBufferPointer<Int64>>
  private let kept: Tables<Int64>

  init?(_ property: Property, _ columns: Columns) {
    func tables(_ all: [Int64], _ translations: [[UInt32]?]) -> Tables<Int64> {
      Tables(translations.map { codes in codes.map { $0.map { all[Int($0)] } } ?? all } + [all])
    }
    switch property {
    case .value:
      kind = .value
      kept = Tables([])
    case .source:
      kind = .source
      kept = tables(
        (0..<columns.snapshot.sources.count).map(Int64.init), columns.runs.map(\.sourceCodes))
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
      kind = .column(place)
      kept = tables(all, columns.runs.map { $0.propertyCodes[place] })
    case .unknown: return nil
    }
    self.tables = kept.all
  }

  /// How many codes there are at most; nil where they are no places of a table.
  var count: Int? { tables.last?.count }

  /// ``absentAmount`` where the cell is empty.
  @inline(__always)
  func code(_ row: Int, _ columns: RunView, run: Int) -> Int64 {
    let code: Int
    switch kind {
    case .value: return columns.value(row)
    case .source: code = Int(columns.sources[row])
    case .column(let place): code = Int(columns.properties[place][row])
    }
    return code < tables[run].count ? tables[run][code] : absentAmount
  }
}
