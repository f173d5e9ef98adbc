import KithSegments
import KithStore
import KithSystem

/// When a store is asked, and on which way the engine came there.
struct Ask {
  var instant: Instant
  /// Whether decisions after the instant are hidden.
  var hidesDecisions: Bool
  /// By another engine that was asked before, as `--as-of` and the interface do it.
  var way: Way

  enum Way: CaseIterable { case direct, moved, decided }
}

/// One store as the engine and its twin hold it.
struct Stage {
  let sample: Sample
  private let fast: RunSnapshot
  private let horizon: Instant?
  private let fault: Fault?

  /// - Parameter fault: what the engine, and not the twin, is told wrong.
  init(_ sample: Sample, fault: Fault? = nil) throws {
    self.sample = sample
    self.fault = fault
    fast = try (fault.map { $0.spoiling(sample) } ?? sample).snapshot()
    horizon = sample.events.map(\.time).max()
  }

  func trial(_ ask: Ask) throws -> Trial {
    Trial(engine: try engine(ask), twin: try twin(ask), fault: fault)
  }

  private func moment(_ ask: Ask) -> Moment {
    Moment(
      instant: ask.instant, decisionsUntil: ask.hidesDecisions ? ask.instant : nil,
      zone: sample.zone, weekStart: sample.weekStart, horizon: horizon)
  }

  private func twin(_ ask: Ask) throws -> RowTwin {
    let sample = sample.joined(until: ask.hidesDecisions ? ask.instant : nil)
    return try RowTwin(
      snapshot: PlainSnapshot(sample), decisionsAt: { sample.plainDecisions(until: $0) },
      settings: try Settings(yaml: sample.yaml), segments: sample.sources, moment: moment(ask),
      received: sample.deliveries)
  }

  private func engine(_ ask: Ask) throws -> EmbeddedEngine {
    let entries = fault.map { $0.spoiling(sample) }?.entries ?? sample.entries
    var ask = ask
    if fault == .isEarly { ask.instant = ask.instant.advanced(by: -1) }
    let decisions = try memoryDecisions(entries, until: ask.hidesDecisions ? ask.instant : nil)
    let snapshot = fast.joining(decisions.persons)
    let decisionsAt: @Sendable (Instant) -> Decisions = {
      folded(entries, until: $0, decisions.persons)
    }
    func engine(_ ask: Ask, _ decisions: Decisions) throws -> EmbeddedEngine {
      try EmbeddedEngine(
        snapshot: snapshot, decisions: decisions, decisionsAt: decisionsAt,
        settings: try Settings(yaml: sample.yaml), segments: sample.sources, moment: moment(ask),
        received: sample.deliveries.joined(snapshot))
    }
    switch ask.way {
    case .moved where ask.hidesDecisions:
      var before = ask
      before.instant = horizon ?? ask.instant
      let first = try engine(before, decisions)
      _ = try first.stages()
      return first.moved(to: ask.instant)
    case .decided:
      let first = try engine(ask, Decisions())
      _ = try first.stages()
      return first.replacing(decisions: decisions, decisionsAt: decisionsAt)
    default: return try engine(ask, decisions)
    }
  }
}

private func folded(
  _ entries: [JournalEntry], until instant: Instant, _ persons: [[String]]
) -> Decisions {
  (try? memoryDecisions(entries, until: instant, persons: persons)) ?? Decisions()
}

/// An engine and the twin, asked the same.
struct Trial {
  let engine: EmbeddedEngine
  let twin: RowTwin
  let fault: Fault?

  enum Answer {
    /// With the number of users.
    case same(Int)
    /// The expression is not understood, by neither.
    case refused
    case differs(String)
  }

  /// What is asked without an expression: totals, stages, every user, and what is read of each.
  func difference() throws -> String? {
    if engine.totals != twin.totals {
      return "totals: the engine has \(engine.totals), the twin \(twin.totals)"
    }
    let visits = try engine.walk(
      reading: .days, from: { [String]() },
      visit: { $0.append("\($1.user) \(Array($1.times)) \(Array($1.days))") },
      merge: { $0 += $1 })
    if visits.count != twin.rows.count {
      return "a walk meets \(visits.count) users of \(twin.rows.count)"
    }
    let days = try engine.activeDays()
    let stages = try engine.stages()
    let everyone = try engine.page(PagePlan()).rows
    return differing("stages", stages, twin.stages())
      ?? differing("everyone", everyone, twin.rows)
      ?? twin.rows.lazy.compactMap { row in
        let user = engine.snapshot.user(row.id) ?? 0
        return differing("user", engine.user(row.id), row)
          ?? differing(
            "timeline of \(row.id)", engine.timeline(of: row.id, offset: 0, limit: .max),
            twin.timeline(of: row.id))
          ?? differing(
            "active days of \(row.id)", days.withDays(of: user) { $0.map { Int32($0) } },
            twin.activeDays(of: row.id))
      }.first
  }

  func answer(_ text: String, _ plan: PagePlan) throws -> Answer {
    let told = SourceText(fault?.spoiling(text) ?? text)
    let read = reading { () throws(SegmentError) in try engine.segment(told) }
    let plain = reading { () throws(SegmentError) in try twin.segment(SourceText(text)) }
    switch (read, plain) {
    case (.success(let read), .success(let plain)):
      let (count, ids, plainIDs) = (
        try engine.count(read), try engine.ids(read), try twin.ids(plain)
      )
      let (page, plainPage) = (try page(read, plan), try twinPage(plain, plan))
      let found =
        differing("ids", ids, plainIDs) ?? differing("count", count, plainIDs.count)
        ?? differing("page \(plan.words)", page, plainPage)
      return found.map { .differs($0) } ?? .same(count)
    case (.failure(let read), .failure(let plain)):
      return differing("error", read.diagnostic.text(), plain.diagnostic.text())
        .map { .differs($0) } ?? .refused
    case (.success, .failure(let error)):
      return .differs("the twin alone says: \(error.diagnostic.line)")
    case (.failure(let error), .success):
      return .differs("the engine alone says: \(error.diagnostic.line)")
    }
  }

  private func page(_ segment: Segment, _ plan: PagePlan) throws -> [String] {
    var plan = plan
    plan.segment = segment
    let page = try engine.page(plan)
    plan.isDetailed = false
    return lines(page, brief: try engine.page(plan).rows, ids: try engine.ids(plan))
  }

  private func twinPage(_ segment: Segment, _ plan: PagePlan) throws -> [String] {
    var plan = plan
    plan.segment = segment
    let page = try twin.page(plan)
    let brief = page.rows.map { row in
      var row = row
      (row.source, row.rhythmDays) = (nil, nil)
      return row
    }
    return lines(page, brief: brief, ids: page.rows.map(\.id))
  }

  private func lines(_ page: Page, brief: [UserRow], ids: [String]) -> [String] {
    ["\(page.total) in all"] + (page.rows + brief).map { "\($0)" } + ids
  }
}

private func reading(_ read: () throws(SegmentError) -> Segment) -> Result<Segment, SegmentError> {
  do throws(SegmentError) { return .success(try read()) } catch { return .failure(error) }
}

extension PagePlan {
  fileprivate var words: String {
    "by \(sort.descending ? "-" : "")\(sort.key.rawValue) from \(offset), \(limit) of "
      + (stage ?? "every stage")
  }
}

/// What is not the same byte for byte: where two lists part, the first that differs.
private func differing<Value>(_ what: String, _ fast: Value, _ twin: Value) -> String? {
  let (left, right) = (lines(fast), lines(twin))
  guard !left.elementsEqual(right, by: isSame) else { return nil }
  let place = zip(left, right).prefix { isSame($0, $1) }.count
  func shown(_ lines: [String]) -> String {
    place < lines.count ? lines[place] : "nothing more"
  }
  return "\(what): number \(place + 1) of \(left.count) is \(shown(left)) for the engine, "
    + "of \(right.count) \(shown(right)) for the twin"
}

private func lines(_ value: Any) -> [String] {
  (value as? [Any]).map { $0.map { "\($0)" } } ?? ["\(value)"]
}
