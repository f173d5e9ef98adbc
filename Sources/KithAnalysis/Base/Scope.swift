public import KithSegments
import KithStore
import KithSystem

/// Whom an analysis counts, split into which groups, and what makes a day active.
public struct Scope: Sendable {
  public var groups: Groups
  /// Codes of the events that make a day active; nil: all that are the user's own doing.
  public var activity: Set<UInt32>?

  public init(groups: Groups = .everyone, activity: Set<UInt32>? = nil) {
    self.groups = groups
    self.activity = activity
  }
}

/// Users cut into groups that are counted apart, in one pass.
public struct Groups: Sendable {
  /// What the groups are called; a single one without a name where nothing is split.
  public let names: [String]
  /// By user number; nil: all are in the first. -1 stands for users that are left out.
  private let places: [Int32]?

  /// - Parameter places: for each user of the snapshot the place of a name, or -1.
  public init(names: [String], places: [Int32]) {
    self.names = names
    self.places = places
  }

  private init() {
    names = [""]
    places = nil
  }

  /// All users in one group.
  public static let everyone = Groups()

  public var count: Int { names.count }

  /// Lends the group of each user as loops read it: nil where all are in the first.
  func withPlaces<Result>(_ body: (UnsafeBufferPointer<Int32>?) -> Result) -> Result {
    guard let places else { return body(nil) }
    return places.withUnsafeBufferPointer { body($0) }
  }

  /// The group of a user; -1 where they are left out.
  @inline(__always)
  public subscript(user: Int) -> Int { places.map { Int($0[user]) } ?? 0 }

  /// The users of a segment in one group, everyone else left out.
  public static func of(_ segment: Segment, _ engine: EmbeddedEngine) throws(Cancelled) -> Groups {
    var places = [Int32](repeating: -1, count: engine.snapshot.userCount)
    for user in try engine.members(of: segment) { places[user] = 0 }
    return Groups(names: [""], places: places)
  }
}

extension Moment {
  /// The last day that has ended: D where T is its last millisecond, else the day before.
  var wholeDay: Day { zone.end(of: day) == instant ? day : day.advanced(by: -1) }
}
