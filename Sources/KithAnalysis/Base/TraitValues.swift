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

    /// Visits the codes of some users.
    @inline(__always)
    func each(_ users: [Int], _ body: (_ user: Int, _ code: UInt32) -> Void) {
      switch self {
      case .each(let codes): for user in users { body(user, codes[user]) }
      case .bit(let words, let place):
        for user in users {
          body(user, UInt32(truncatingIfNeeded: words[user] >> UInt64(place) & 1))
        }
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
    var properties: [Int] = []
    let snapshot = engine.snapshot
    for (place, trait) in traits.enumerated() {
      switch trait {
      case .source: all[place] = try TraitValues(engine.firstSources(), snapshot.sources)
      case .firstEvent: all[place] = try TraitValues(engine.firstEvents(), snapshot.eventNames)
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
    for start in stride(from: 0, to: early.count, by: EarlyEvents.most) {
      let some = early[start..<min(start + EarlyEvents.most, early.count)]
      let words = try EarlyEvents(some.map { ($0.event, $0.days) }).words(engine)
      for (bit, trait) in some.enumerated() { all[trait.place] = TraitValues(words, bit: bit) }
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

/// What users did on their first days, one bit for each question.
private struct EarlyEvents: Sendable {
  /// As many questions as a word has bits.
  static let most = 64
  private let questions: [(event: UInt32, days: Int32)]

  init(_ questions: [(event: UInt32, days: Int32)]) {
    self.questions = questions
  }

  /// Bit k of a user's word: whether they did event k on a day less than its `days` after their first.
  /// Cost: the events of the first days.
  func words(_ engine: EmbeddedEngine) throws(Cancelled) -> [UInt64] {
    let names = engine.snapshot.eventNames.count
    let bits = (0..<names).map { code in
      questions.indices.reduce(UInt64(0)) {
        questions[$1].event == UInt32(code) ? $0 | 1 << UInt64($1) : $0
      }
    }
    let days = questions.map(\.days)
    let found = try engine.walk(
      firstDays: days.max() ?? 0, reading: .days, from: { [(user: Int, word: UInt64)]() },
      visit: { found, visit in
        var word: UInt64 = 0
        for row in 0..<visit.count {
          var open = bits[Int(visit.events[row])] & ~word
          while open != 0 {
            let question = open.trailingZeroBitCount
            open &= open - 1
            if visit.days[row] - visit.days[0] < days[question] { word |= 1 << UInt64(question) }
          }
        }
        if word != 0 { found.append((visit.user, word)) }
      }, merge: { $0 += $1 })
    var words = [UInt64](repeating: 0, count: engine.snapshot.userCount)
    for entry in found { words[entry.user] = entry.word }
    return words
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
    let tally = try engine.walk(
      reading: [], properties: properties,
      from: { Tally(codes: Array(repeating: [], count: readers.count)) },
      visit: { tally, visit in
        tally.users.append(visit.user)
        for place in readers.indices { tally.codes[place].append(readers[place].code(visit)) }
      },
      merge: { $0.append($1) })
    return tally.codes.map { found in
      var codes = [UInt32](repeating: absentCode, count: engine.snapshot.userCount)
      for (user, code) in zip(tally.users, found) { codes[user] = code }
      return codes
    }
  }

  private struct Tally: Sendable {
    var users: [Int] = []
    var codes: [[UInt32]]

    mutating func append(_ other: Tally) {
      users += other.users
      for place in codes.indices { codes[place] += other.codes[place] }
    }
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
  /// The name of each user's first event, by user number. Cost: the events of the first days.
  fileprivate func firstEvents() throws(Cancelled) -> [UInt32] {
    let found = try walk(
      firstDays: 1, reading: [], from: { [(user: Int, code: UInt32)]() },
      visit: { found, visit in
        if let code = visit.events.first { found.append((visit.user, code)) }
      }, merge: { $0 += $1 })
    var codes = [UInt32](repeating: absentCode, count: snapshot.userCount)
    for entry in found { codes[entry.user] = entry.code }
    return codes
  }
}
