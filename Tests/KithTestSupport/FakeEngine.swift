package import KithSegments
package import KithStore
package import KithSystem

/// An engine over users given by hand: every expression matches all of them, and one that holds
/// `unseen` warns of a name that the store has never seen.
package struct FakeEngine: Engine {
  package struct User: Sendable {
    package var row: UserRow
    package var attributes: [String: String]

    package init(
      _ id: String, stage: String = "effective", _ attributes: [String: String] = [:]
    ) {
      row = UserRow(
        id: id, stage: stage, band: nil, first: Instant(milliseconds: 1_700_000_000_000),
        last: Instant(milliseconds: 1_760_000_000_000), days30d: 1, events: 2,
        value: Exact(micros: 19_990_000), source: "search", tags: [], owner: nil, rhythmDays: nil)
      self.attributes = attributes
    }
  }

  package var users: [User]
  package var moment: Moment

  package init(_ users: [User], horizon: Instant, zone: Zone = .utc) {
    self.users = users.sorted { $0.row.id.utf8.lexicographicallyPrecedes($1.row.id.utf8) }
    moment = Moment(
      instant: horizon, decisionsUntil: nil, zone: zone, weekStart: .monday, horizon: horizon)
  }

  package var totals: Totals { Totals(users: users.count, events: users.count * 2) }
  package var stageNames: [String] { ["junk", "core", "active", "effective"] }

  package func segment(_ text: SourceText) throws(SegmentError) -> Segment {
    guard !text.text.isEmpty else {
      throw SegmentError(diagnostic: Diagnostic("an empty expression", status: .usage))
    }
    let warnings = text.text.contains("unseen") ? [Diagnostic("unknown event `unseen`")] : []
    return Segment(source: text, unseen: warnings)
  }

  package func ids(_ plan: PagePlan) throws(Cancelled) -> [String] {
    try page(plan).rows.map(\.id)
  }
  package func count(_ segment: Segment) throws(Cancelled) -> Int { users.count }

  package func page(_ plan: PagePlan) throws(Cancelled) -> Page {
    let rows = users.map(\.row).filter { plan.stage == nil || $0.stage == plan.stage }
    return Page(
      total: rows.count, rows: Array(rows.dropFirst(plan.offset).prefix(plan.limit)))
  }

  package func stages() throws(Cancelled) -> [StageCount] { [] }
  package func user(_ id: String) -> UserRow? { find(id)?.row }

  package func why(_ id: String, _ segment: Segment?) throws(Cancelled) -> Explanation? {
    find(id).map { Explanation(user: $0.row.id, question: "true", holds: true, clauses: []) }
  }

  package func timeline(of id: String, offset: Int, limit: Int) -> [TimelineEntry] { [] }
  package func calendar(of id: String, days: Int) -> [Int] { [] }

  package func attributes(of id: String) -> [(name: String, value: String)] {
    (find(id)?.attributes ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  package func completions(of text: String, at offset: Int) -> [Completion] { [] }

  private func find(_ id: String) -> User? {
    var low = 0
    var high = users.count
    while low < high {
      let middle = (low + high) / 2
      if users[middle].row.id.utf8.lexicographicallyPrecedes(id.utf8) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low < users.count && users[low].row.id == id ? users[low] : nil
  }
}
