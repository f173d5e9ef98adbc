import KithStore
import KithSystem

/// Which events a measure comes from.
extension History {
  /// Their places, in any order.
  func evidence(for measured: Measured) -> [Int] {
    switch measured {
    case .did(let selection), .count(let selection), .days(let selection), .weeks(let selection):
      places(selection)
    case .aggregate(_, let property, let selection):
      places(
        Selection(
          selection.which, filters: selection.filters + [.init(property: property, test: .present)],
          window: selection.window))
    case .first(let selection): places(selection).first.map { [$0] } ?? []
    case .last(let selection), .since(let selection): places(selection).last.map { [$0] } ?? []
    case .age: count > 0 ? [0] : []
    case .source: (0..<count).first { events.rows[$0].source != absentCode }.map { [$0] } ?? []
    case .sequence(let steps, let longest): sequence(steps, longest) ?? []
    case .resurrected(let gap, let window): resurrection(gap, window)
    case .top(_, let measure): evidence(for: measure)
    default: []
    }
  }

  /// The places of the first sequence that is found, one for each step.
  private func sequence(_ steps: [Selection], _ longest: Int64) -> [Int]? {
    for start in 0..<count where matches(steps[0], start) {
      let end = events.rows[start].time + longest
      var found = [start]
      for step in steps.dropFirst() {
        let next = ((found.last ?? start) + 1..<count).first { matches(step, $0) }
        guard let next, events.rows[next].time <= end else { break }
        found.append(next)
      }
      if found.count == steps.count { return found }
    }
    return nil
  }

  /// The event that came after a gap within the window, and the one before the gap; nothing where
  /// there is none.
  private func resurrection(_ gap: Int, _ window: Window) -> [Int] {
    let active = places(Selection(.activity))
    for (before, after) in zip(active, active.dropFirst()) {
      let isAfterGap = Int(days[after].number - days[before].number) >= gap
      if isAfterGap, within(window, events.rows[after].time, days[after], frame) {
        return [before, after]
      }
    }
    return []
  }

  /// An event as it was imported.
  func entry(_ place: Int) -> TimelineEntry {
    let row = events.rows[place]
    let snapshot = world.snapshot
    var properties: [TimelineEntry.Property] = []
    for (index, column) in snapshot.properties.enumerated() {
      let code = events.codes[slots[index]][place]
      guard code != absentCode else { continue }
      properties.append(.init(name: column.name, value: column.values[code]))
    }
    return TimelineEntry(
      time: Instant(milliseconds: row.time), event: snapshot.eventNames[row.event],
      value: row.value, source: row.source == absentCode ? nil : snapshot.sources[row.source],
      properties: properties)
  }
}

extension RowEvaluator {
  /// What campaigns did, as events.
  func deliveries(for measured: Measured, _ user: Int, _ frame: Frame) -> [TimelineEntry] {
    let name: String
    let facts: [Deliveries.Fact]
    switch measured {
    case .received(let campaign, let window):
      (name, facts) = (
        "received",
        delivered(self.facts(world.deliveries.received, of: user), campaign, window, frame)
      )
    case .returned(let campaign):
      (name, facts) = (
        "returned",
        delivered(self.facts(world.deliveries.returned, of: user), campaign, .all, frame)
      )
    default: return []
    }
    return facts.sorted { $0.at < $1.at }.map { fact in
      TimelineEntry(
        time: fact.at, event: name, value: nil, source: nil,
        properties: [.init(name: "campaign", value: fact.campaign)])
    }
  }
}

extension Datum {
  var isInDays: Bool {
    if case .length(_, _, let inDays) = self { inDays } else { false }
  }

  /// As a person reads it; nil where it is absent. A length is told in whole days, or else in hours
  /// and minutes.
  func shown(inDays: Bool) -> String? {
    switch self {
    case .absent: nil
    case .number(let ratio): ratio.shown
    case .text(let text): text
    case .date(let day): "\(day)"
    case .time(let milliseconds, _): Instant(milliseconds: milliseconds).rfc3339
    case .boolean(let value): "\(value)"
    case .length(let days, let milliseconds, let onlyDays):
      inDays || onlyDays
        ? "\(days)d" : "\(milliseconds / 3_600_000)h \(milliseconds / 60_000 % 60)m"
    }
  }
}

extension Ratio {
  /// Exact; of a mean six digits of the fraction.
  fileprivate var shown: String {
    divisor == 1 ? dividend.description : dividend.mean(over: divisor).description
  }
}
