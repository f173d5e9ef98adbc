import KithSegments
import KithStore
import KithSystem

/// What each user's trait is.
public struct TraitValues: Sendable {
  /// By user number; ``absentCode`` where there is none.
  let codes: Codes
  /// What a code is called.
  let name: @Sendable (UInt32) -> String
  /// The number that a code stands for; nil where the trait has no numbers.
  let number: (@Sendable (UInt32) -> Exact)?

  /// What users without the trait are called.
  static let none = "(none)"
  /// What the levels are called together that have too few users.
  static let other = "(other)"

  enum Codes: Sendable {
    case each([UInt32])
    /// Bit `place` of each user's word: the code is 0 or 1.
    case bit([UInt64], place: Int)

    @inline(__always)
    subscript(user: Int) -> UInt32 {
      switch self {
      case .each(let codes): codes[user]
      case .bit(let words, let place): UInt32(truncatingIfNeeded: words[user] >> UInt64(place) & 1)
      }
    }
  }
}

extension TraitValues {
  /// Several traits of all users.
  ///
  /// Cost: the users, and of those traits that need it the events: once all of them, and once those of
  /// the users' first days.
  static func of(_ traits: [Trait], _ engine: EmbeddedEngine) throws(Cancelled) -> [TraitValues] {
    var all: [Int: TraitValues] = [:]
    var early: [(place: Int, event: UInt32, days: Int32)] = []
    var read: [(place: Int, reader: TraitReader)] = []
    var first: [Int] = []
    var properties: [Int] = []
    let snapshot = engine.snapshot
    for (place, trait) in traits.enumerated() {
      switch trait {
      case .source: all[place] = try TraitValues(engine.firstSources(), snapshot.sources)
      case .firstEvent: first.append(place)
      case .stage:
        let codes = try engine.stagePlaces().map { $0 < 0 ? absentCode : UInt32($0) }
        all[place] = TraitValues(codes, engine.stageNames)
      case .attribute(let column):
        let codes = (0..<snapshot.userCount).map { engine.attributeCode(column, of: $0) }
        all[place] = TraitValues(codes, snapshot.attributes[column])
      case .did(let event, let days):
        let code = snapshot.eventNames.code(event) ?? absentCode
        early.append((place, code, Int32(clamping: days)))
      case .count(let event):
        read.append((place, .count(code: snapshot.eventNames.code(event) ?? absentCode)))
      case .property(let column):
        read.append((place, .property(properties.count)))
        properties.append(column)
      }
    }
    // Any walk over first days meets the first event too.
    if early.isEmpty, !first.isEmpty { early.append((-1, absentCode, 1)) }
    for (days, asked) in Dictionary(grouping: early, by: \.days) {
      for start in stride(from: 0, to: asked.count, by: EarlyEvents.most) {
        let some = asked[start..<min(start + EarlyEvents.most, asked.count)]
        let found = try EarlyEvents.of(some.map(\.event), days, engine)
        for (bit, trait) in some.enumerated() {
          all[trait.place] = TraitValues(found.words, bit: bit)
        }
        for place in first { all[place] = TraitValues(found.first, snapshot.eventNames) }
      }
    }
    let codes = try TraitReader.codes(read.map(\.reader), properties, engine)
    for (codes, trait) in zip(codes, read) {
      switch traits[trait.place] {
      case .property(let column): all[trait.place] = TraitValues(codes, snapshot.properties[column])
      default: all[trait.place] = TraitValues(counts: codes)
      }
    }
    return traits.indices.compactMap { all[$0] }
  }

  private init(_ codes: [UInt32], _ column: Column) {
    self.codes = .each(codes)
    name = { column.values[$0] }
    if column.type == .number {
      number = { column.numbers[Int($0)] }
    } else {
      number = nil
    }
  }

  private init(_ codes: [UInt32], _ names: Names) {
    self.codes = .each(codes)
    name = { names[$0] }
    number = nil
  }

  private init(_ codes: [UInt32], _ names: [String]) {
    self.codes = .each(codes)
    name = { names[Int($0)] }
    number = nil
  }

  /// Codes that are numbers themselves.
  private init(counts: [UInt32]) {
    codes = .each(counts)
    name = { "\($0)" }
    number = { Exact(Int($0)) }
  }

  private init(_ words: [UInt64], bit: Int) {
    codes = .bit(words, place: bit)
    name = { $0 == 1 ? "yes" : "no" }
    number = nil
  }
}

/// What users did on their first days.
private struct EarlyEvents {
  /// Bit k of a user's word: whether they did event k.
  let words: [UInt64]
  /// The name of each user's first event.
  let first: [UInt32]
  /// As many events as a word has bits.
  static let most = 64

  /// - Parameter days: how many days from the first one on are looked at.
  /// Cost: the events of those days.
  static func of(
    _ events: [UInt32], _ days: Int32, _ engine: EmbeddedEngine
  ) throws(Cancelled) -> EarlyEvents {
    let users = engine.snapshot.userCount
    var bits = [UInt64](repeating: 0, count: engine.snapshot.eventNames.count)
    for (place, event) in events.enumerated() where Int(event) < bits.count {
      bits[Int(event)] |= 1 << UInt64(place)
    }
    let bitsOfEvents = bits
    let words = UserTable(users, repeating: UInt64(0))
    let first = UserTable(users, repeating: absentCode)
    try engine.visit(firstDays: days) { visit in
      guard let code = visit.events.first else { return }
      first[visit.user] = code
      words[visit.user] = bitsOfEvents.withUnsafeBufferPointer { bits in
        visit.events.reduce(0) { $0 | bits[Int($1)] }
      }
    }
    return EarlyEvents(words: words.array, first: first.array)
  }
}

/// How one trait is read off all of a user's events.
private enum TraitReader: Sendable {
  case count(code: UInt32)
  /// The place among the properties that are read.
  case property(Int)

  /// The codes of several traits, in one walk.
  static func codes(
    _ readers: [TraitReader], _ properties: [Int], _ engine: EmbeddedEngine
  ) throws(Cancelled) -> [[UInt32]] {
    guard !readers.isEmpty else { return [] }
    let tables = readers.map { _ in
      UserTable(engine.snapshot.userCount, repeating: absentCode)
    }
    try engine.visit(properties: properties) { visit in
      for place in readers.indices { tables[place][visit.user] = readers[place].code(visit) }
    }
    return tables.map(\.array)
  }

  private func code(_ visit: Visit) -> UInt32 {
    switch self {
    case .property(let place):
      return visit.properties[place].first { $0 != absentCode } ?? absentCode
    case .count(let code):
      var count: UInt32 = 0
      for event in visit.events where event == code { count += 1 }
      return count
    }
  }
}

extension EmbeddedEngine {
  /// Walks for what is written where each user's belongs, so that there is nothing to add up.
  func visit(
    doing events: Set<UInt32>? = nil, firstDays: Int32? = nil, reading parts: Visit.Parts = [],
    properties: [Int] = [], _ visit: @Sendable (Visit) -> Void
  ) throws(Cancelled) {
    try walk(
      doing: events, firstDays: firstDays, reading: parts, properties: properties, from: {},
      visit: { visit($1) }, merge: { _, _ in })
  }
}
