public import KithSegments
import KithStore
public import KithSystem

/// Something that each user is or has, by which analyses split and compare users.
public enum Trait: Sendable, Hashable {
  /// The first non-empty source.
  case source
  /// The name of the first event.
  case firstEvent
  /// Whether the user did an event on one of the first days: day − first day < `days`.
  case did(event: String, days: Int)
  /// How often the user did an event.
  case count(event: String)
  /// The first non-empty value of a property, by its place in the snapshot.
  case property(Int)
  /// An attribute at the moment, by its place in the snapshot.
  case attribute(Int)
  case stage
}

extension Trait {
  /// The trait of a name: `source`, `first_event`, `did:E:N`, `n:E`, a property, else a user attribute,
  /// else `stage`.
  /// - Throws: a diagnostic with the nearest known name.
  public init(_ name: String, _ engine: EmbeddedEngine) throws(Diagnostic) {
    let snapshot = engine.snapshot
    if name == "source" {
      self = .source
    } else if name == "first_event" {
      self = .firstEvent
    } else if name.hasPrefix("n:") {
      self = .count(event: String(name.dropFirst(2)))
    } else if name.hasPrefix("did:") {
      self = try Trait.did(name)
    } else if let place = snapshot.properties.firstIndex(where: { $0.name == name }) {
      self = .property(place)
    } else if let place = snapshot.attributes.firstIndex(where: { $0.name == name }) {
      self = .attribute(place)
    } else if name == "stage" {
      self = .stage
    } else {
      let known =
        ["source", "first_event", "stage"] + (snapshot.properties + snapshot.attributes).map(\.name)
      throw Diagnostic(
        "no such attribute or property", subject: name,
        remedy: "known are \(known.joined(separator: ", ")), did:EVENT:DAYS and n:EVENT",
        status: .usage)
    }
  }

  private static func did(_ name: String) throws(Diagnostic) -> Trait {
    let rest = name.dropFirst(4)
    guard let colon = rest.lastIndex(of: ":"), let days = Int(rest[rest.index(after: colon)...]),
      days > 0, colon > rest.startIndex
    else {
      throw Diagnostic(
        "not an early behaviour", subject: name,
        remedy: "write did:EVENT:DAYS, as did:view:7 for the first seven days", status: .usage)
    }
    return .did(event: String(rest[..<colon]), days: days)
  }
}

extension EmbeddedEngine {
  /// Whether all values of a trait are numbers.
  public func isNumeric(_ trait: Trait) -> Bool {
    switch trait {
    case .count: true
    case .property(let place): snapshot.properties[place].type == .number
    case .attribute(let place): snapshot.attributes[place].type == .number
    default: false
    }
  }
}

/// What each user's trait is.
public struct TraitValues: Sendable {
  /// By user number; ``absentCode`` where there is none.
  let codes: [UInt32]
  /// What a code is called.
  let name: @Sendable (UInt32) -> String
  /// The number that a code stands for; nil where the trait has no numbers.
  let number: (@Sendable (UInt32) -> Exact)?

  /// What users without the trait are called.
  static let none = "(none)"
  /// What the levels are called together that have too few users.
  static let other = "(other)"

  func text(of user: Int) -> String {
    codes[user] == absentCode ? TraitValues.none : name(codes[user])
  }
}

extension TraitValues {
  /// Several traits of all users. Cost: the events once, for those that need them.
  static func of(_ traits: [Trait], _ engine: EmbeddedEngine) throws(Cancelled) -> [TraitValues] {
    let fromEvents = try TraitWalk.levels(traits.filter(\.isFromEvents), engine)
    var next = fromEvents.makeIterator()
    var all: [TraitValues] = []
    for trait in traits {
      switch trait {
      case .attribute(let place):
        let column = engine.snapshot.attributes[place]
        let users = 0..<engine.snapshot.userCount
        all.append(TraitValues(users.map { engine.attributeCode(place, of: $0) }, column))
      case .stage:
        let names = engine.stageNames
        let codes = try engine.stagePlaces().map { $0 < 0 ? absentCode : UInt32($0) }
        all.append(TraitValues(codes: codes, name: { names[Int($0)] }, number: nil))
      default:
        if let levels = next.next() { all.append(levels) }
      }
    }
    return all
  }

  init(_ codes: [UInt32], _ column: Column) {
    self.codes = codes
    name = { column.values[$0] }
    if column.type == .number {
      number = { column.numbers[Int($0)] }
    } else {
      number = nil
    }
  }
}

extension Trait {
  fileprivate var isFromEvents: Bool {
    switch self {
    case .attribute, .stage: false
    default: true
    }
  }
}

/// Reads traits from events, all of them in one walk.
private enum TraitWalk {
  static func levels(_ traits: [Trait], _ engine: EmbeddedEngine) throws(Cancelled) -> [TraitValues]
  {
    guard !traits.isEmpty else { return [] }
    var properties: [Int] = []
    let readers = traits.map { Reader($0, engine, &properties) }
    let tally = try engine.walk(
      reading: readers.reduce([]) { $0.union($1.parts) }, properties: properties,
      from: { Tally(codes: Array(repeating: [], count: readers.count)) },
      visit: { tally, visit in
        tally.users.append(visit.user)
        for place in readers.indices { tally.codes[place].append(readers[place].code(visit)) }
      },
      merge: { $0.append($1) })
    var all: [TraitValues] = []
    for (place, trait) in traits.enumerated() {
      var codes = [UInt32](repeating: absentCode, count: engine.snapshot.userCount)
      for (user, code) in zip(tally.users, tally.codes[place]) { codes[user] = code }
      all.append(named(trait, codes, engine))
    }
    return all
  }

  private static func named(
    _ trait: Trait, _ codes: [UInt32], _ engine: EmbeddedEngine
  ) -> TraitValues {
    let snapshot = engine.snapshot
    switch trait {
    case .source:
      let names = snapshot.sources
      return TraitValues(codes: codes, name: { names[$0] }, number: nil)
    case .firstEvent:
      let names = snapshot.eventNames
      return TraitValues(codes: codes, name: { names[$0] }, number: nil)
    case .did:
      return TraitValues(codes: codes, name: { $0 == 1 ? "yes" : "no" }, number: nil)
    case .property(let place): return TraitValues(codes, snapshot.properties[place])
    case .count, .attribute, .stage:
      return TraitValues(codes: codes, name: { "\($0)" }, number: { Exact(Int($0)) })
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

  /// How one trait is read off a user's events.
  private enum Reader: Sendable {
    case source, firstEvent
    case did(code: UInt32, days: Int32)
    case count(code: UInt32)
    /// The place among the properties that are read.
    case property(Int)

    init(_ trait: Trait, _ engine: EmbeddedEngine, _ properties: inout [Int]) {
      func code(_ event: String) -> UInt32 { engine.snapshot.eventNames.code(event) ?? absentCode }
      switch trait {
      case .source, .attribute, .stage: self = .source
      case .firstEvent: self = .firstEvent
      case .did(let event, let days): self = .did(code: code(event), days: Int32(clamping: days))
      case .count(let event): self = .count(code: code(event))
      case .property(let place):
        self = .property(properties.count)
        properties.append(place)
      }
    }

    /// What it needs of a visit.
    var parts: Visit.Parts {
      switch self {
      case .source: .sources
      case .did: .days
      case .firstEvent, .count, .property: []
      }
    }

    func code(_ visit: Visit) -> UInt32 {
      switch self {
      case .source: return first(visit.sources)
      case .firstEvent: return visit.events.first ?? absentCode
      case .property(let place): return first(visit.properties[place])
      case .did(let code, let days):
        for row in 0..<visit.count where visit.events[row] == code {
          return visit.days[row] - visit.days[0] < days ? 1 : 0
        }
        return 0
      case .count(let code):
        var count: UInt32 = 0
        for event in visit.events where event == code { count += 1 }
        return count
      }
    }

    private func first(_ codes: UnsafeBufferPointer<UInt32>) -> UInt32 {
      for code in codes where code != absentCode { return code }
      return absentCode
    }
  }
}

extension Groups {
  /// As many groups as a split has; the users of the rest are in one more, `(other)`.
  public static let most = 24

  /// Users split by a trait, the groups by name; `(other)` and `(none)` stand last.
  ///
  /// - Parameter segment: who is counted at all; nil: everyone.
  public static func of(
    _ engine: EmbeddedEngine, _ segment: Segment?, by trait: Trait
  ) throws(Cancelled) -> Groups {
    let levels = try TraitValues.of([trait], engine)[0]
    let users = try engine.members(of: segment)
    var sizes: [UInt32: Int] = [:]
    for user in users { sizes[levels.codes[user], default: 0] += 1 }
    let absent = sizes.removeValue(forKey: absentCode)
    let largest = sizes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    var kept = largest.prefix(most).map { (code: $0.key, name: levels.name($0.key)) }
    kept.sort { Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8)) }
    var names = kept.map(\.name)
    var place: [UInt32: Int32] = [:]
    for (index, level) in kept.enumerated() { place[level.code] = Int32(index) }
    if largest.count > most {
      for level in largest.dropFirst(most) { place[level.key] = Int32(names.count) }
      names.append(TraitValues.other)
    }
    if absent != nil {
      place[absentCode] = Int32(names.count)
      names.append(TraitValues.none)
    }
    var places = [Int32](repeating: -1, count: engine.snapshot.userCount)
    for user in users { places[user] = place[levels.codes[user]] ?? -1 }
    return Groups(names: names, places: places)
  }
}
