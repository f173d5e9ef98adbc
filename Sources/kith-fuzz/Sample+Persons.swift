import KithSegments
import KithStore
import KithSystem

extension Sample {
  /// The same store had every person one id from the start, by the words of the specification: the
  /// first of their ids, in byte order, that has events. Only rows of equal times tell them apart: those of
  /// one import follow the order of the ids that they came with.
  func joined(until instant: Instant?) -> Sample {
    var person: [[UInt8]: [String]] = [:]
    for entry in standingEntries(until: instant) {
      guard case .alias(let users) = entry.decision else { continue }
      var all: [String] = []
      for id in users.flatMap({ person[Array($0.utf8)] ?? [$0] })
      where !all.contains(where: { isSame($0, id) }) {
        all.append(id)
      }
      all.sort(by: precedes)
      for id in all { person[Array(id.utf8)] = all }
    }
    let active = Set(events.map { Array($0.user.utf8) })
    func name(_ id: String) -> String {
      person[Array(id.utf8)]?.first { active.contains(Array($0.utf8)) } ?? id
    }
    var joined = self
    func inOrder<Row>(
      _ rows: [Row], _ run: (Row) -> Int, _ user: (Row) -> String
    ) -> [Row] {
      rows.enumerated().sorted { left, right in
        let (one, other) = (left.element, right.element)
        if run(one) != run(other) { return run(one) < run(other) }
        if !isSame(user(one), user(other)) { return precedes(user(one), user(other)) }
        return left.offset < right.offset
      }.map(\.element)
    }
    joined.events = inOrder(events, \.run, \.user)
    joined.writes = inOrder(writes, \.run, \.user)
    for index in joined.events.indices {
      joined.events[index].user = name(joined.events[index].user)
    }
    for index in joined.writes.indices {
      joined.writes[index].user = name(joined.writes[index].user)
    }
    joined.entries = entries.map { entry in
      var entry = entry
      switch entry.decision {
      case .tagAdd(let tag, .named(let ids)):
        entry.decision = .tagAdd(tag: tag, users: .named(ids.map(name)))
      case .tagRemove(let tag, .named(let ids)):
        entry.decision = .tagRemove(tag: tag, users: .named(ids.map(name)))
      case .owner(let owner, .named(let ids)):
        entry.decision = .owner(owner, users: .named(ids.map(name)))
      default: break
      }
      return entry
    }
    for facts in [\Deliveries.received, \Deliveries.returned] {
      joined.deliveries[keyPath: facts] = [:]
      for (id, all) in deliveries[keyPath: facts] {
        joined.deliveries[keyPath: facts][ByteText(name(id.string)), default: []] += all
      }
    }
    return joined
  }
}
