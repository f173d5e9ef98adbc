import KithSegments
import KithStore
import KithSystem

/// An engine over users that are made up on demand, so that a million of them cost nothing.
struct FakeEngine: Engine {
  var moment: Moment
  var users: [FakeUser]
  /// Effective users beside those, each made from its number.
  var crowd = 0
  var tagsByUser: [String: Set<String>] = [:]
  var ownerByUser: [String: String] = [:]

  var totals: Totals { Totals(users: users.count + crowd, events: users.count * 50 + crowd) }
  var stageNames: [String] { ["junk", "core", "active", "effective"] }

  /// Knows `true`, `tag("x")`, `value > n` and what a pane asks; everything else is a mistake.
  func segment(_ text: SourceText) throws(SegmentError) -> Segment {
    guard test(text.text) != nil else {
      let name = String(text.text.prefix { $0.isLetter })
      throw SegmentError(
        diagnostic: Diagnostic(
          Phrase("no such measure: `\(name)`"),
          excerpt: Excerpt(file: nil, line: 1, column: 1, length: name.count, text: text.text),
          remedy: Phrase("did you mean `\("tag")`?"), status: .usage))
    }
    return Segment(source: text, unseen: unseen(text.text))
  }

  /// A warning where a tag is meant that nobody has.
  private func unseen(_ text: String) -> [Diagnostic] {
    guard text.hasPrefix("tag(\""), let holds = test(text), !rows.contains(where: holds) else {
      return []
    }
    let excerpt = Excerpt(file: nil, line: 1, column: 5, length: text.count - 5, text: text)
    let tag = text.dropFirst(5).dropLast(2)
    return [
      Diagnostic(
        Phrase("nobody carries the tag `\(tag)`"), excerpt: excerpt, remedy: nil, status: .usage)
    ]
  }

  private func test(_ text: String) -> ((UserRow) -> Bool)? {
    if text == "true" { return { _ in true } }
    if text.hasPrefix("tag(\""), text.hasSuffix("\")") {
      let tag = String(text.dropFirst(5).dropLast(2))
      return { $0.tags.contains(tag) }
    }
    if text.hasPrefix("value > "), let least = Int(text.dropFirst(8)) {
      return { $0.value > Exact(least) }
    }
    guard text.hasPrefix("stage = \"") else { return nil }
    let stage = String(text.dropFirst(9).prefix { $0 != "\"" })
    let rest = text.dropFirst(9 + stage.count + 1)
    if rest.isEmpty { return { $0.stage == stage } }
    guard rest.hasPrefix(" and ("), let inner = test(String(rest.dropFirst(6).dropLast(2))) else {
      return nil
    }
    return { $0.stage == stage && inner($0) }
  }

  func ids(_ plan: PagePlan) throws(Cancelled) -> [String] {
    let holds = plan.segment.map { test($0.source.text) ?? { _ in false } } ?? { _ in true }
    return rows.filter(holds).map(\.id).sorted()
  }

  func count(_ segment: Segment) throws(Cancelled) -> Int { try ids(segment).count }

  func page(_ plan: PagePlan) throws(Cancelled) -> Page {
    let holds = plan.segment.flatMap { test($0.source.text) } ?? { _ in true }
    let matching = rows.filter { ($0.stage == plan.stage || plan.stage == nil) && holds($0) }
      .sorted { isBefore($0, $1, plan.sort) }
    let extra = plan.stage == "effective" && plan.segment == nil ? crowd : 0
    let total = matching.count + extra
    let range = min(plan.offset, total)..<min(plan.offset + plan.limit, total)
    return Page(
      total: total,
      rows: range.map { $0 < matching.count ? matching[$0] : made($0 - matching.count) })
  }

  private func isBefore(_ left: UserRow, _ right: UserRow, _ sort: Sort) -> Bool {
    let (first, second) = sort.descending ? (right, left) : (left, right)
    switch sort.key {
    case .last where left.last != right.last: return first.last < second.last
    case .value where left.value != right.value: return first.value < second.value
    case .days30d where left.days30d != right.days30d: return first.days30d < second.days30d
    default: return left.id < right.id
    }
  }

  func stages() throws(Cancelled) -> [StageCount] {
    stageNames.map { stage in
      let count = rows.count { $0.stage == stage } + (stage == "effective" ? crowd : 0)
      return StageCount(stage: stage, users: count, bands: [])
    }
  }

  func user(_ id: String) -> UserRow? { rows.first { $0.id == id } }

  func why(_ id: String, _ segment: Segment?) throws(Cancelled) -> Explanation? {
    guard let row = user(id) else { return nil }
    guard let segment else {
      let rules = [
        Clause(
          kind: .rule, text: "core", holds: row.stage == "core",
          clauses: [Clause(kind: .test, text: "tag(core)", holds: row.tags.contains("core"))])
      ]
      return Explanation(user: id, question: "stage = \(row.stage)", holds: true, clauses: rules)
    }
    let events = (0..<12).reversed().map { entry($0, since: row.last) }
    let holds = test(segment.source.text)?(row) ?? false
    return Explanation(
      user: id, question: segment.source.text, holds: holds,
      clauses: [
        Clause(
          kind: .test, text: segment.source.text, holds: holds, value: "\(row.value)",
          against: "100",
          events: events, eventCount: 40),
        Clause(
          kind: .was, text: "was(did(view), 7d)", holds: false, asOf: row.first,
          clauses: [Clause(kind: .test, text: "did(view)", holds: false)]),
      ])
  }

  func timeline(of id: String, offset: Int, limit: Int) -> [TimelineEntry] {
    guard let user = user(id) else { return [] }
    let end = max(offset, min(offset + limit, user.events))
    return (offset..<end).map { entry($0, since: user.last) }
  }

  private func entry(_ number: Int, since last: Instant) -> TimelineEntry {
    let isPurchase = number % 3 == 0
    let tea = number % 2 == 0 ? "oolong" : "\u{1B}[31m绿茶"
    return TimelineEntry(
      time: last.advanced(by: -9_000_000 * Int64(number)), event: isPurchase ? "purchase" : "view",
      value: isPurchase ? 299_000_000 : nil, source: number == 0 ? "search" : nil,
      properties: [.init(name: "category", value: tea)])
  }

  func calendar(of id: String, days: Int) -> [Int] {
    (0..<days).map { day -> Int in
      let phase = (day * 7 + id.utf8.count) % 11
      return phase < 4 ? day % 5 : 0
    }
  }

  func attributes(of id: String) -> [(name: String, value: String)] {
    [("city", "杭州"), ("level", "Gold")]
  }

  func completions(of text: String, at offset: Int) -> [Completion] {
    let typed = text.prefix(offset).reversed().prefix { $0.isLetter }.reversed()
    return ["tag(", "true", "value"].filter { $0.hasPrefix(String(typed)) && !typed.isEmpty }
      .map { Completion(text: $0, kind: .measure) }
  }

  private var rows: [UserRow] {
    users.map { user in
      let tags = tagsByUser[user.id, default: []]
      let stage = tags.contains("core") ? "core" : tags.contains("junk") ? "junk" : user.stage
      return UserRow(
        id: user.id, stage: stage, band: user.band,
        first: moment.instant.advanced(by: -400 * Instant.dayMs),
        last: moment.instant.advanced(by: -Int64(user.hoursAgo) * 3_600_000), days30d: user.days,
        events: 50, value: Exact(user.value), source: "search", tags: tags.sorted(),
        owner: ownerByUser[user.id], rhythmDays: user.rhythm)
    }
  }

  private func made(_ number: Int) -> UserRow {
    UserRow(
      id: "u-\(1_000_000 + number)", stage: "effective", band: "lost",
      first: Instant(milliseconds: 1_700_000_000_000),
      last: Instant(milliseconds: 1_710_000_000_000),
      days30d: 0, events: 1, value: .zero, source: nil, tags: [], owner: nil, rhythmDays: nil)
  }
}

struct FakeUser: Sendable {
  var id: String
  var stage: String
  var band: String?
  var hoursAgo: Int
  var days: Int
  var value: Int
  var rhythm: Int?
}
