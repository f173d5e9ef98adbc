// Copies of a store that were decided about apart merge by union, in any order, to the same state;
// the fold is compared with a twin that keeps the last write of every user and tag in plain sight.

import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

struct MergeTests {
  @Test(arguments: 0..<20 as Range<UInt64>)
  func `journals merge by union in any order`(seed: UInt64) throws {
    var chance = SeededGenerator(seed: seed)
    let origin = SimulatedFileSystem()
    _ = try Store.create(in: origin, timeZone: "UTC", name: "tea", outside: .test())
    // Three people, each with a copy of their own, who now and then fetch the others' journals.
    let disks = [origin] + (0..<2).map { _ in origin.afterCrash(.everything) }
    let stores = try disks.enumerated().map { number, disk in
      let late = Int64.random(in: 0...5000, using: &chance)
      return try Store.open(
        files: disk,
        outside: .test(
          clock: ManualClock(Instant(milliseconds: 1_792_000_000_000 + late)),
          seed: UInt64(number) + 10, user: "person-\(number)"))
    }
    for _ in 0..<60 {
      let number = Int.random(in: 0..<3, using: &chance)
      try decide(stores[number], &chance)
      if Bool.random(using: &chance) { _ = try stores[number].decisions() }
      if Int.random(in: 0..<10, using: &chance) == 0 {
        let from = Int.random(in: 0..<3, using: &chance)
        try fetch(from: disks[from], to: disks[number])
      }
    }
    let pairs = (0..<3).flatMap { from in (0..<3).map { (from, $0) } }
    for (from, to) in pairs.shuffled(using: &chance) { try fetch(from: disks[from], to: disks[to]) }
    let twin = try Twin(stores[0].entries().reversed().map(\.entry))
    for store in stores {
      let fresh = try Store.open(files: store.files, outside: store.outside)
      #expect(try fresh.entries() == stores[0].entries())
      for state in [try fresh.decisions(), try store.decisions()] { twin.expect(state) }
    }
  }

  private func decide(_ store: Store, _ chance: inout SeededGenerator) throws {
    let user = ["ann", "bob", "eve"].randomElement(using: &chance) ?? ""
    let tag = ["core", "vip"].randomElement(using: &chance) ?? ""
    (store.outside.clock as? ManualClock)?.advance(by: Int64.random(in: 0...50, using: &chance))
    switch Int.random(in: 0..<7, using: &chance) {
    case 0, 1: try store.decide(.tagAdd(tag: tag, users: .named([user])))
    case 2: try store.decide(.tagRemove(tag: tag, users: .named([user])))
    case 3: try store.decide(.owner(tag, users: .named([user])))
    case 4: try store.decide(.note(user: user, text: tag))
    case 5:
      let entries = try store.entries().filter(\.isUndoable)
      if let entry = entries.randomElement(using: &chance) { try store.undo(entry.entry.id) }
    default: _ = try? store.redo()
    }
  }

  /// Takes over the journals that are longer there.
  private func fetch(from: SimulatedFileSystem, to: SimulatedFileSystem) throws {
    for name in try from.list("journal") where name.hasSuffix(".jsonl") {
      let theirs = try from.read("journal/" + name)
      let own = (try? to.read("journal/" + name)) ?? []
      if theirs.count > own.count { try to.writeAtomically("journal/" + name, theirs) }
    }
  }

  /// The state found the slow way: for each question, all entries from the last to the first.
  private struct Twin {
    let entries: [JournalEntry]

    init(_ entries: [JournalEntry]) {
      self.entries = entries.sorted { ($0.clock, $0.id) < ($1.clock, $1.id) }
    }

    private func counts(_ entry: JournalEntry) -> Bool {
      for other in entries.reversed() {
        if other.decision == .undo(entry: entry.id) { return false }
        if other.decision == .redo(entry: entry.id) { return true }
      }
      return true
    }

    func expect(_ state: Decisions) {
      let live = entries.filter(counts)
      for user in ["ann", "bob", "eve"] {
        for tag in ["core", "vip"] {
          let last = live.last { entry in
            entry.decision == .tagAdd(tag: tag, users: .named([user]))
              || entry.decision == .tagRemove(tag: tag, users: .named([user]))
          }
          let has = last?.decision == .tagAdd(tag: tag, users: .named([user]))
          #expect(state.has(tag, user: user) == has)
        }
        let owner = live.last { entry in
          if case .owner(_, let users) = entry.decision { return users == .named([user]) }
          return false
        }
        let owners = owner.flatMap { entry -> String? in
          if case .owner(let name, _) = entry.decision { return name }
          return nil
        }
        #expect(state.owner(of: user) == owners)
        let notes = live.filter { entry in
          if case .note(user, _) = entry.decision { return true }
          return false
        }
        #expect(state.notes(of: user).map(\.entry) == notes.map(\.id))
      }
    }
  }
}
