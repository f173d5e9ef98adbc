import KithStore

/// Where users stand under two sets of rules: who would move if the second took the place of the first.
public struct StageDiff: Sendable, Equatable {
  public struct Place: Sendable, Hashable {
    public var stage: String
    public var band: String?
  }
  public struct Move: Sendable, Equatable {
    public var from: Place
    public var to: Place
    public var who: UserSample
  }
  /// One stage, or one band of it.
  public struct Change: Sendable, Equatable {
    public var place: Place
    /// Whether it is the stage as a whole.
    public var isStage: Bool
    public var before: Int
    public var after: Int
    public var enter: UserSample
    public var leave: UserSample
  }
  public var users: Int
  public var moved: Int
  /// The largest first.
  public var moves: [Move]
  /// Every stage of either set, each followed by its bands: those of the new rules first.
  public var changes: [Change]
}

extension StageDiff {
  /// - Parameters: two engines over the same data at the same moment.
  /// Cost: a row for each user, twice.
  /// - Throws: ``Cancelled``.
  public init(from old: any Engine, to new: any Engine, sample: Int = 10) throws(Cancelled) {
    let (before, after) = (try old.page(PagePlan()).rows, try new.page(PagePlan()).rows)
    users = before.count
    moved = 0
    var moves: [Place: [Place: UserSample]] = [:]
    var counts = Counts(sample: sample)
    for (row, next) in zip(before, after) {
      let from = Place(stage: row.stage, band: row.band)
      let to = Place(stage: next.stage, band: next.band)
      counts.add(row.id, from, to)
      guard from != to else { continue }
      moved += 1
      moves[from, default: [:]][to, default: .none].add(row.id, sample)
    }
    self.moves = moves.flatMap { from, targets in
      targets.map { Move(from: from, to: $0.key, who: $0.value) }
    }.sorted { left, right in
      (-left.who.users, left.words) < (-right.who.users, right.words)
    }
    let stages = [try new.stages(), try old.stages()]
    changes = StageDiff.places(stages).map { counts.change($0, isStage: $1) }
  }

  /// Stages and bands in rule order, of both sets, each once.
  private static func places(_ sets: [[StageCount]]) -> [(Place, Bool)] {
    var stages: [String] = []
    for stage in sets.flatMap({ $0.map(\.stage) }) where !stages.contains(stage) {
      stages.append(stage)
    }
    return stages.flatMap { stage -> [(Place, Bool)] in
      var bands: [String?] = []
      for count in sets.flatMap({ $0 }) where count.stage == stage {
        for band in count.bands where !bands.contains(band.name) { bands.append(band.name) }
      }
      return [(Place(stage: stage), true)]
        + bands.map { (Place(stage: stage, band: $0), false) }
    }
  }

  /// Users of each place before and after, and who went in and out.
  private struct Counts {
    struct Key: Hashable {
      var place: Place
      var isStage: Bool
    }
    let sample: Int
    var before: [Key: Int] = [:]
    var after: [Key: Int] = [:]
    var enter: [Key: UserSample] = [:]
    var leave: [Key: UserSample] = [:]

    init(sample: Int) {
      self.sample = sample
    }

    mutating func add(_ id: String, _ from: Place, _ to: Place) {
      for isStage in [true, false] {
        let old = Key(place: isStage ? Place(stage: from.stage) : from, isStage: isStage)
        let new = Key(place: isStage ? Place(stage: to.stage) : to, isStage: isStage)
        before[old, default: 0] += 1
        after[new, default: 0] += 1
        guard old != new else { continue }
        leave[old, default: .none].add(id, sample)
        enter[new, default: .none].add(id, sample)
      }
    }

    func change(_ place: Place, isStage: Bool) -> Change {
      let key = Key(place: place, isStage: isStage)
      return Change(
        place: place, isStage: isStage, before: before[key] ?? 0, after: after[key] ?? 0,
        enter: enter[key] ?? .none, leave: leave[key] ?? .none)
    }
  }
}

extension StageDiff.Place {
  init(stage: String) {
    self.init(stage: stage, band: nil)
  }
}

extension StageDiff.Move {
  fileprivate var words: String { "\(from) \(to)" }
}

extension UserSample {
  fileprivate static let none = UserSample(users: 0, sample: [])

  fileprivate mutating func add(_ id: String, _ most: Int) {
    users += 1
    if sample.count < most { sample.append(id) }
  }
}
