public import KithSegments
import KithStore
import KithSystem

extension Campaigns {
  /// Freezes a wave: the audience with each user's arm, and the campaign's text.
  ///
  /// A wave that was planned and not sent is planned again. Cost: the users that the audience matches.
  /// - Throws: on data older than `max_data_age` unless `stale`; on a name that the store has never
  ///   seen; where the campaign is past planning.
  @discardableResult
  public func plan(
    _ name: String, engine: any Engine, stale: Bool
  ) throws(CampaignError) -> PlanReport {
    try checkWritable()
    try checkFormats(name)
    try checkComplete()
    let (text, definition) = try definition(name)
    try checkAge(engine, stale: stale)
    let wave = 1
    let course = try courses()[name] ?? CampaignCourse()
    let history = try DeliveryHistory.read(store.files, CampaignFile.deliveries(name, wave))
    guard course.state == .draft || course.state == .planned, history.lastSequence == 0 else {
      throw .state(
        campaign: name, course.state == .draft ? .sending : course.state, action: "planned")
    }
    let writer = try writer()
    let templates = try templateTexts(definition)
    let (report, audience) = try draw(name, definition, templates, engine, wave: wave)
    let bytes = audience.bytes
    let plan = PlanFile(
      report: report, plannedAt: store.outside.clock.now(), asOf: engine.moment.instant,
      horizon: engine.moment.horizon, writer: writer, storeID: store.id, definition: text,
      templates: templates, audienceChecksum: CRC32C.of(bytes))
    try reading { () throws(FileError) in
      let files = store.files
      let folder = CampaignFile.wave(name, wave)
      try files.makeDirectory(folder)
      try files.syncDirectory(CampaignFile.folder(name))
      try files.syncDirectory(CampaignFile.waves(name))
      // Without plan.json there is no plan: it goes first and comes last.
      try files.remove(CampaignFile.plan(name, wave))
      try files.remove(CampaignFile.deliveries(name, wave))
      try files.syncDirectory(folder)
      try files.writeAtomically(CampaignFile.audience(name, wave), bytes)
      try files.writeAtomically(CampaignFile.plan(name, wave), plan.bytes)
    }
    try record(.planned, name, wave: wave)
    return report
  }

  /// The numbers that ``plan(_:engine:stale:)`` would freeze, nothing being written.
  public func preview(
    _ name: String, engine: any Engine
  ) throws(CampaignError) -> PlanReport {
    let (_, definition) = try definition(name)
    return try draw(name, definition, try templateTexts(definition), engine, wave: 1).report
  }

  /// As ``preview(_:engine:)``, for a campaign that is not written yet.
  public func preview(
    _ draft: CampaignDraft, engine: any Engine
  ) throws(CampaignError) -> PlanReport {
    let definition = try Definition(draft.yaml, name: draft.name)
    return try draw(draft.name, definition, try templateTexts(definition), engine, wave: 1).report
  }

  /// What acts on people refuses data that is too old.
  func checkAge(_ engine: any Engine, stale: Bool) throws(CampaignError) {
    let now = store.outside.clock.now()
    let limit = store.settings.maxDataAgeMs
    guard !stale else { return }
    guard let horizon = engine.moment.horizon, horizon.advanced(by: limit) >= now else {
      throw .staleData(horizon: engine.moment.horizon, now: now, limitMs: limit)
    }
  }

  private func templateTexts(
    _ definition: Definition
  ) throws(CampaignError) -> [(name: String, text: String)] {
    var texts: [(name: String, text: String)] = []
    for step in definition.steps where !texts.contains(where: { $0.name == step.template }) {
      texts.append((step.template, try templateText(step.template)))
    }
    return texts
  }

  /// Passes everyone whom the audience matches through the gate.
  private func draw(
    _ name: String, _ definition: Definition, _ templates: [(name: String, text: String)],
    _ engine: any Engine, wave: Int
  ) throws(CampaignError) -> (report: PlanReport, audience: Audience) {
    for step in definition.steps {
      if let only = step.only { _ = try segment(only, engine) }
    }
    let segment = try segment(definition.audience, engine)
    let rows: [UserRow]
    do throws(Cancelled) {
      rows = try engine.page(PagePlan(segment: segment)).rows
    } catch {
      throw .other(Diagnostic(said: "the question was taken back", status: .interrupted))
    }
    let received = try received()
    var gate = try gate(name, definition, templates, received)
    let composer = composer(name, definition, try key())
    let now = store.outside.clock.now()
    let budget = gate.rules.budget
    var tally = Tally()
    var audience = Audience(members: [])
    for row in rows {
      let candidate = composer.candidate(row, engine)
      let verdict = gate.verdict(candidate, at: now)
      audience.members.append(tally.count(verdict, of: row.id))
      if case .send(let address, let hash) = verdict, tally.preview == nil {
        let id = messageID(store: store.id, campaign: name, wave: wave, step: 1, user: row.id)
        tally.preview = composer.message(
          candidate, step: gate.rules.steps[0], id: id, address: address, addressHash: hash)
      }
    }
    let report = PlanReport(
      campaign: name, wave: wave, matched: rows.count, treated: tally.treated,
      heldOut: tally.heldOut,
      excluded: ExclusionReason.allCases.compactMap { reason in
        tally.excluded[reason].map { PlanReport.Exclusion(reason: reason, users: $0) }
      },
      waiting: tally.waiting, cost: gate.spent, budgetLeft: budget.map { $0 - gate.spent },
      preview: tally.preview)
    return (report, audience)
  }

  /// The numbers of a plan as they grow.
  private struct Tally {
    var treated = 0
    var heldOut = 0
    var waiting = 0
    var excluded: [ExclusionReason: Int] = [:]
    var preview: Message?

    mutating func count(_ verdict: Gate.Verdict, of user: String) -> Audience.Member {
      switch verdict {
      case .send(_, let hash):
        treated += 1
        return .init(user: user, arm: .treated, reason: nil, addressHash: hash)
      case .wait(let hash, _):
        waiting += 1
        return .init(user: user, arm: .treated, reason: nil, addressHash: hash)
      case .leftOut(.heldOut, _):
        heldOut += 1
        return .init(user: user, arm: .heldOut, reason: .heldOut, addressHash: nil)
      case .leftOut(let reason, let isTreated):
        excluded[reason, default: 0] += 1
        return .init(
          user: user, arm: isTreated ? .treated : nil, reason: reason, addressHash: nil)
      }
    }
  }
}
