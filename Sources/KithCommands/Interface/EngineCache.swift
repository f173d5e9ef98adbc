import KithAnalysis
import KithFront
import KithSegments
import KithStore
import KithSystem
import Synchronization

/// The engine that was opened last, kept while the data under it stay the same: after a decision only
/// what follows from decisions is derived anew.
final class EngineCache: Sendable {
  private struct Opened: Sendable {
    var stamp: Int
    var moment: Instant
    var persons: [[String]]
    var engine: EmbeddedEngine
  }
  private struct Past: Sendable {
    var stamp: Int
    var day: Day
    /// Stages one week apart, oldest first.
    var weeks: [[StageCount]]
  }

  private let store: Store
  private let reading: Reading
  private let opened = Mutex<Opened?>(nil)
  private let past = Mutex<Past?>(nil)

  init(store: Store, reading: Reading) {
    self.store = store
    self.reading = reading
  }

  func engine(asOf: Instant?) throws -> EmbeddedEngine {
    let stamp = try store.dataStamp()
    let asked = asOf.map(AsOf.instant)
    if let kept = opened.withLock({ $0 }), kept.stamp == stamp,
      let horizon = kept.engine.moment.horizon
    {
      let moment = try reading.moment(of: store, asOf: asked, horizon: horizon)
      if moment.instant == kept.moment,
        moment.decisionsUntil == kept.engine.moment.decisionsUntil
      {
        let decisions = try store.decisions(until: moment.decisionsUntil)
        // Ids that were joined or parted make other users.
        guard decisions.persons == kept.persons else { return try open(stamp, asked) }
        return kept.engine.replacing(
          decisions: decisions, decisionsAt: reading.decisionsAt(store, orElse: decisions))
      }
    }
    return try open(stamp, asked)
  }

  private func open(_ stamp: Int, _ asOf: AsOf?) throws -> EmbeddedEngine {
    let engine = try reading.engine(store, asOf: asOf)
    let persons = try store.decisions(until: engine.moment.decisionsUntil).persons
    opened.withLock {
      $0 = Opened(stamp: stamp, moment: engine.moment.instant, persons: persons, engine: engine)
    }
    return engine
  }

  /// Stages at the ends of the days one to seven weeks before the engine's moment, and at it. Cost:
  /// seven engines, once for the same data and day.
  func trends(_ engine: EmbeddedEngine) throws -> [StageTrend] {
    let weeks = try pastWeeks(before: engine) + [engine.stages()]
    return engine.stageNames.map { stage in
      StageTrend(
        stage: stage,
        weeks: weeks.map { counts in counts.first { $0.stage == stage }?.users ?? 0 })
    }
  }

  private func pastWeeks(before engine: EmbeddedEngine) throws -> [[StageCount]] {
    let stamp = try store.dataStamp()
    let day = engine.moment.day
    if let kept = past.withLock({ $0 }), kept.stamp == stamp, kept.day == day { return kept.weeks }
    let weeks = try StageTrend.instants(before: engine.moment)
      .map { try engine.moved(to: $0).stages() }
    past.withLock { $0 = Past(stamp: stamp, day: day, weeks: weeks) }
    return weeks
  }
}

extension Store {
  /// A number that changes with what was imported, saved, sent or made a campaign.
  func dataStamp() throws -> Int {
    var stamp = Stamp(files)
    try stamp.content("manifest.json")
    for segment in try files.list("segments") { try stamp.content("segments/" + segment) }
    for campaign in try files.list("campaigns") {
      try stamp.sizes("campaigns/\(campaign)")
      for wave in try files.list("campaigns/\(campaign)/waves") {
        try stamp.sizes("campaigns/\(campaign)/waves/\(wave)")
      }
    }
    return stamp.value
  }

  /// A number that changes with what was imported or decided.
  func generation() throws -> Int {
    var stamp = Stamp(files)
    try stamp.content("manifest.json")
    try stamp.sizes("journal")
    return stamp.value
  }
}

/// A checksum over small files and the sizes of larger ones.
private struct Stamp {
  private let files: any FileSystem
  private var sum = CRC32C()

  init(_ files: any FileSystem) {
    self.files = files
  }

  var value: Int { Int(sum.value) }

  mutating func content(_ name: String) throws(FileError) {
    let bytes = try files.read(name)
    bytes.withUnsafeBytes { sum.update($0) }
  }

  mutating func sizes(_ folder: String) throws(FileError) {
    for name in try files.list(folder) {
      let size = try files.info(folder + "/" + name)?.size ?? 0
      Array("\(name) \(size)\n".utf8).withUnsafeBytes { sum.update($0) }
    }
  }
}
