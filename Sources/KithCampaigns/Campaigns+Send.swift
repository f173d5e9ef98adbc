public import KithSegments
public import KithStore
import KithSystem

extension Campaigns {
  private static let planAgeMs: Int64 = 24 * 3_600_000

  /// Sends the planned wave, or goes on where an earlier run ended.
  ///
  /// Returns when everyone has been looked at, or the wish to stop was followed. Killed at any instant
  /// and called again, nobody gets the message twice: see ``DeliveryLog``.
  /// - Parameters:
  ///   - acceptRestore: goes on although the store is older than what this machine has sent.
  ///   - control: asked between messages; other processes stop the run by ``pause(_:)`` and
  ///     ``cancel(_:)``.
  ///   - progress: told after each group of messages, on the calling thread.
  @discardableResult
  public func send(
    _ name: String, engine: any Engine, stale: Bool = false, acceptRestore: Bool = false,
    channel: ChannelMaker, control: SendControl,
    progress: @Sendable (CampaignStatus) -> Void = { _ in }
  ) throws(CampaignError) -> CampaignStatus {
    try checkWritable()
    try checkFormats(name)
    try checkComplete()
    let wave = 1
    let (plan, course) = try sendable(name, wave)
    try checkAge(engine, stale: stale)
    let definition = try Definition(plan.definition, name: name)
    let setting = try setting(of: definition.steps[0].channel)
    let audience = try frozenAudience(name, wave, plan)
    let lock = try sendingLock()
    defer { lock.release() }
    let channel = try channel(setting, store)
    try channel.ready()
    let mark = try SentMark(store.outside, store: store.id, campaign: name, wave: wave)
    let log = try DeliveryLog(
      store.files, campaign: name, wave: wave, store: store.id, mark: mark,
      acceptRestore: acceptRestore)
    let gate = try gate(name, definition, plan.templates, try received(sending: name))
    var run = SendRun(
      SendRun.Task(
        campaign: name, wave: wave, storeID: store.id, audience: audience, engine: engine,
        composer: composer(name, definition, try key()), setting: setting,
        clock: store.outside.clock, randomness: store.outside.randomness),
      channel: channel, log: log, gate: gate)
    if course.state != .sending { try record(.sending, name, wave: wave) }
    try run.settleOpenIntents()
    var status = try status(name)
    var watch = JournalWatch(campaigns: self, name: name, control: control)
    let end = try run.go(
      wish: { (gate) throws(CampaignError) in try watch.wish(&gate) },
      progress: { history in
        status.take(history)
        progress(status)
      })
    try finish(name, wave, end, watch)
    return try self.status(name)
  }

  /// The plan of a wave that may be sent now, by this writer.
  private func sendable(
    _ name: String, _ wave: Int
  ) throws(CampaignError) -> (PlanFile, CampaignCourse) {
    _ = try self.definition(name)
    let course = try courses()[name] ?? CampaignCourse()
    switch course.state {
    case .cancelled, .closed: throw .state(campaign: name, course.state, action: "sent")
    case .draft, .planned, .sending, .paused, .sent: break
    }
    guard let plan = try plan(name, wave) else { throw .notPlanned(campaign: name) }
    guard plan.storeID == store.id, try writer() == course.writer ?? plan.writer else {
      throw .otherWriter(campaign: name)
    }
    let age = store.outside.clock.now().milliseconds - plan.plannedAt.milliseconds
    guard course.begunWaves.contains(wave) || age <= Self.planAgeMs else {
      throw .planTooOld(campaign: name, planned: plan.plannedAt)
    }
    return (plan, course)
  }

  /// The audience as it was planned, checked against the plan.
  private func frozenAudience(
    _ name: String, _ wave: Int, _ plan: PlanFile
  ) throws(CampaignError) -> Audience {
    let file = CampaignFile.audience(name, wave)
    let bytes = try reading { () throws(FileError) in try store.files.map(file) }
    guard CRC32C.of(bytes.bytes) == plan.audienceChecksum else {
      throw .damaged(file: file, problem: "it is not what the plan was made with")
    }
    return try Audience(bytes, file: file)
  }

  private func sendingLock() throws(CampaignError) -> WriteLock {
    do throws(StoreError) {
      return try store.sendingLock()
    } catch {
      if case .busy(_, let holder) = error {
        throw .sendingElsewhere(holder: "\(holder.user), process \(holder.process)")
      }
      throw .other(error.diagnostic)
    }
  }

  private func finish(
    _ name: String, _ wave: Int, _ end: SendRun.End, _ watch: JournalWatch
  ) throws(CampaignError) {
    switch end {
    case .complete: try record(.sent, name, wave: wave)
    case .waiting: break
    case .stopped(.pause) where !watch.wasToldByJournal: try record(.paused, name, wave: wave)
    case .stopped(.cancel) where !watch.wasToldByJournal: try record(.cancelled, name, wave: wave)
    case .stopped: break
    }
  }
}

/// Looks after what others decide while messages leave: once a second, whether someone paused or
/// cancelled the campaign, and who was put on the suppression list.
private struct JournalWatch {
  let campaigns: Campaigns
  let name: String
  let control: SendControl
  private(set) var wasToldByJournal = false
  private var lookedAt = Instant(milliseconds: 0)

  init(campaigns: Campaigns, name: String, control: SendControl) {
    self.campaigns = campaigns
    self.name = name
    self.control = control
  }

  mutating func wish(_ gate: inout Gate) throws(CampaignError) -> SendControl.Wish {
    let wish = control.now
    guard wish == .goOn else { return wish }
    let now = campaigns.store.outside.clock.now()
    guard now >= lookedAt.advanced(by: 1000) || now < lookedAt else { return .goOn }
    lookedAt = now
    let store = campaigns.store
    let decisions = try asking { () throws(StoreError) in try store.decisions() }
    gate.suppression = { decisions.suppression(hash: $0) != nil }
    switch try campaigns.courses()[name]?.state {
    case .paused:
      wasToldByJournal = true
      return .pause
    case .cancelled, .closed:
      wasToldByJournal = true
      return .cancel
    default: return .goOn
    }
  }
}
