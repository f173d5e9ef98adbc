import KithSegments
import KithStore
import KithSystem

/// A whole store as plain values: what was imported, decided and delivered, and the rules.
struct Sample: Sendable {
  struct Event: Sendable {
    /// The import that it came with, from 0.
    var run: Int
    var user: String
    var time: Instant
    var name: String
    var value: Micros?
    var source: String
    var properties: [Cell]
  }
  struct Write: Sendable {
    var run: Int
    var user: String
    var time: Instant
    var attributes: [Cell]
  }
  struct Cell: Sendable {
    var name: String
    var value: String
  }

  /// In order of arrival.
  var events: [Event] = []
  var writes: [Write] = []
  var entries: [JournalEntry] = []
  var deliveries = Deliveries()
  var yaml = "format: 1\n"
  var segments: [String: String] = [:]
  var zone = Zone.utc
  var weekStart = WeekStart.monday

  var runs: Int { (events.map(\.run) + writes.map(\.run)).max().map { $0 + 1 } ?? 0 }

  /// The log as Kith keeps it: a run for each import, written and read as files are.
  func snapshot() throws -> RunSnapshot {
    var eventRuns = (0..<runs).map { EventColumns(seed: UInt64($0)) }
    var userRuns = (0..<runs).map { UserColumns(seed: UInt64($0)) }
    for event in events {
      eventRuns[event.run].append(
        user: event.user, time: event.time, event: event.name, value: event.value,
        source: event.source, properties: event.properties.map { ($0.name, $0.value) })
    }
    for write in writes {
      userRuns[write.run].append(
        user: write.user, time: write.time,
        attributes: write.attributes.map { ($0.name, $0.value) })
    }
    return try memorySnapshot(eventRuns: eventRuns, userRuns: userRuns)
  }

  var sources: [String: SourceText] {
    Dictionary(
      uniqueKeysWithValues: segments.map { ($0, SourceText($1, file: "segments/\($0).segment")) })
  }

  /// The decisions up to an instant, by their definition: those of entries that are not undone, in the
  /// order of the clock.
  func plainDecisions(until instant: Instant?) -> Decisions {
    (try? memoryDecisions(standingEntries(until: instant), persons: [])) ?? Decisions()
  }

  func standingEntries(until instant: Instant?) -> [JournalEntry] {
    let visible = entries.filter { entry in instant.map { entry.at <= $0 } ?? true }
      .sorted { $0.clock < $1.clock }
    var undone: [String: Bool] = [:]
    for entry in visible {
      switch entry.decision {
      case .undo(let target): undone[target] = true
      case .redo(let target): undone[target] = false
      default: continue
      }
    }
    return visible.filter { entry in
      switch entry.decision {
      case .undo, .redo: false
      default: undone[entry.id] != true
      }
    }
  }
}

extension Sample: CustomStringConvertible {
  /// Line by line, in the form of the cases of the language's tests.
  var description: String {
    let events = events.map { event in
      let cells =
        (event.value.map { ["value=\(Exact(micros: $0))"] } ?? [])
        + (event.source.isEmpty ? [] : ["source=\(event.source)"]) + event.properties.map(\.text)
      return (["run \(event.run):", event.user, event.time.rfc3339, event.name] + cells)
        .joined(separator: " ")
    }
    let writes = writes.map { write in
      (["run \(write.run): attribute", write.user, write.time.rfc3339]
        + write.attributes.map(\.text)).joined(separator: " ")
    }
    let entries = entries.map { "\($0.id) \($0.at.rfc3339) \($0.clock) \($0.decision)" }
    let segments = segments.sorted { $0.key < $1.key }.map { "segment \($0.key) \($0.value)" }
    var delivered: [String] = []
    for (verb, facts) in [("received", deliveries.received), ("returned", deliveries.returned)] {
      for (user, facts) in facts.sorted(by: { $0.key < $1.key }) {
        delivered += facts.map { "\(verb) \($0.campaign) \(user.string) \($0.at.rfc3339)" }
      }
    }
    return
      (["zone \(zone.name)", "week \(weekStart.rawValue)"] + events + writes + entries + delivered
      + segments + [yaml]).joined(separator: "\n")
  }
}

extension Sample.Cell {
  fileprivate var text: String { "\(name)=\(value)" }
}
