// What is derived of a run is a cache: it is made with the import, made again where it is missing or
// not sound, and no answer depends on whether it is there.

import KithSystem
import Synchronization

/// What is worked out once of one run: an index of its users, days by zone, and where its users stand in
/// the base beside which it lies.
final class DerivedState: Sendable {
  /// Where the cache of a run lies, and by what it is known.
  struct Place: Sendable {
    let files: any FileSystem
    /// The run's name.
    let run: String
    /// A hash of the run's name, size and checksums.
    let source: UInt64
    /// Whether the cache may be written.
    let isWritable: Bool
  }

  /// nil for a run in memory, whose derived state lies there too.
  private let place: Place?
  private let state = Mutex(State())

  private struct State: Sendable {
    /// What was found in the cache or made; nil before either.
    var index: RunIndex?
    /// By the hash of their key; of few.
    var days: [(key: UInt64, days: RunDays)] = []
    /// By the base's ``Place/source``.
    var places: [UInt64: BasePlaces] = [:]
  }

  init(_ place: Place? = nil) {
    self.place = place
  }

  /// The index of the users as the cache has it; nil where it is missing or not sound.
  func cachedIndex(users: Int) -> RunIndex? {
    if let index = state.withLock({ $0.index }) { return index }
    guard let place, let sections = open(indexName(place), from: place.source),
      let index = RunIndex(sections, users: users)
    else { return nil }
    state.withLock { $0.index = index }
    return index
  }

  /// The index of the users, made where the cache has none; the cache then gets it.
  ///
  /// Cost: a cache that is there costs nothing; else a pass over the run on all cores.
  func index(of run: EventRun) throws(DamagedFile) -> RunIndex {
    if let index = cachedIndex(users: run.users.count) { return index }
    let built = try RunIndex.content(of: run)
    if let place, place.isWritable {
      // A cache that cannot be written is a cache that is not there.
      try? place.files.makeDirectory("cache")
      try? Sections.write(built.content, from: place.source, to: indexName(place), place.files)
    }
    guard
      let index = RunIndex(Sections(built.content, owner: built.owner), users: run.users.count)
    else { throw DamagedFile(run.name, .size) }
    state.withLock { $0.index = index }
    return index
  }

  /// The days of each user in a zone as they are kept; nil where they would have to be made.
  func cachedDays(_ key: DayKey, of run: EventRun) -> RunDays? {
    cachedDays(key.restricted(to: run), users: run.users.count)
  }

  private func cachedDays(_ key: DayKey, users: Int) -> RunDays? {
    if let known = state.withLock({ $0.days.first { $0.key == key.hash } }) { return known.days }
    guard let place, let sections = open(daysName(place, key), from: place.source ^ key.hash),
      let days = RunDays(sections, users: users)
    else { return nil }
    state.withLock { $0.days.append((key.hash, days)) }
    return days
  }

  /// The days of each user in a zone; as ``index(of:)``.
  func days(_ key: DayKey, of run: EventRun) -> RunDays? {
    let key = key.restricted(to: run)
    if let days = cachedDays(key, users: run.users.count) { return days }
    let built = RunDays.content(of: run, key)
    if let place, place.isWritable {
      try? place.files.makeDirectory("cache")
      try? Sections.write(
        built.content, from: place.source ^ key.hash, to: daysName(place, key), place.files)
    }
    let days = RunDays(Sections(built.content, owner: built.owner), users: run.users.count)
    if let days { state.withLock { $0.days.append((key.hash, days)) } }
    return days
  }

  /// Where the users of this run stand in a base; as ``index(of:)``. Cost: where the cache does not have
  /// it, a walk over this run's ids beside those of the base.
  func places(of users: TextTable, in base: TextTable, of other: DerivedState) -> BasePlaces {
    guard let place, let source = other.place?.source else {
      return BasePlaces(of: users, in: base)
    }
    if let places = state.withLock({ $0.places[source] }) { return places }
    let name = placesName(place, source)
    let kept = open(name, from: place.source ^ source).flatMap {
      BasePlaces($0, users: users.count, baseUsers: base.count)
    }
    let places = kept ?? BasePlaces(of: users, in: base)
    if kept == nil, place.isWritable {
      try? place.files.makeDirectory("cache")
      try? Sections.write(places.content, from: place.source ^ source, to: name, place.files)
    }
    state.withLock { $0.places[source] = places }
    return places
  }

  private func open(_ name: String, from source: UInt64) -> Sections? {
    guard let place, let mapped = try? place.files.map(name) else { return nil }
    return Sections(mapped, from: source)
  }

  /// The name of a run's ``BasePlaces`` in a base.
  static func placesName(run: String, base: UInt64) -> String {
    "cache/\(run).\(hex(base, width: 16)).places"
  }

  private func placesName(_ place: Place, _ base: UInt64) -> String {
    Self.placesName(run: place.run, base: base)
  }

  private func indexName(_ place: Place) -> String { "cache/\(place.run).index" }

  private func daysName(_ place: Place, _ key: DayKey) -> String {
    "cache/\(place.run).\(hex(key.hash, width: 16)).days"
  }
}
