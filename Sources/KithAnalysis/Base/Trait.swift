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
      var known = ["source", "first_event", "stage"]
      for column in snapshot.properties + snapshot.attributes where !known.contains(column.name) {
        known.append(column.name)
      }
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

extension Trait {
  /// The event that it asks for.
  public var event: String? {
    switch self {
    case .did(let event, _), .count(let event): event
    default: nil
    }
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
    let sizes = CodeCounts(levels.codes, users) { _ in false }
    let largest = sizes.codes.filter { $0 != absentCode }.map { (code: $0, users: sizes.total($0)) }
      .sorted { ($1.users, $0.code) < ($0.users, $1.code) }
    var kept = largest.prefix(most).map { (code: $0.code, name: levels.name($0.code)) }
    kept.sort { Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8)) }
    var names = kept.map(\.name)
    var place = [Int32](repeating: -1, count: sizes.places)
    for (index, level) in kept.enumerated() { place[sizes.place(level.code)] = Int32(index) }
    if largest.count > most {
      for level in largest.dropFirst(most) { place[sizes.place(level.code)] = Int32(names.count) }
      names.append(TraitValues.other)
    }
    if sizes.total(absentCode) > 0 {
      place[sizes.place(absentCode)] = Int32(names.count)
      names.append(TraitValues.none)
    }
    var places = [Int32](repeating: -1, count: engine.snapshot.userCount)
    for user in users { places[user] = place[sizes.place(levels.codes[user])] }
    return Groups(names: names, places: places)
  }
}
