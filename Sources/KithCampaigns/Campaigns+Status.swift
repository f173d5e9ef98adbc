import KithStore
import KithSystem

extension Campaigns {
  /// Where a campaign stands.
  public func status(_ name: String) throws(CampaignError) -> CampaignStatus {
    try status(name, try courses()[name] ?? CampaignCourse())
  }

  /// Every campaign's status, by name in byte order. A campaign.yaml with a mistake in it does not hide
  /// the others: its title is its name. One whose plan or log is damaged has its state alone, and is told of.
  public func list() throws(CampaignError) -> [CampaignStatus] {
    let courses = try courses()
    var list: [CampaignStatus] = []
    for name in try names() {
      let course = courses[name] ?? CampaignCourse()
      do throws(CampaignError) {
        list.append(try status(name, course))
      } catch {
        guard case .damaged(let file, let problem) = error else { throw error }
        warn(
          file,
          "the numbers of \(name) are not known, damaged: \(Phrase(stringLiteral: problem))")
        list.append(CampaignStatus(campaign: name, title: name, state: course.state, wave: 1))
      }
    }
    return list
  }

  /// The messages of which nobody knows whether they arrived, by user in byte order.
  ///
  /// Open intents are among them while nobody is sending.
  public func unknown(_ name: String) throws(CampaignError) -> [UnknownDelivery] {
    _ = try self.definition(name)
    let history = try DeliveryHistory.read(store.files, CampaignFile.deliveries(name, 1))
    let hasOpen = history.counts[.intent, default: 0] > 0
    let isOpenUnknown = hasOpen ? try !isSending() : false
    return history.messages.values
      .filter { $0.what == .unknown || isOpenUnknown && $0.what == .intent }
      .map { UnknownDelivery(user: $0.user, step: $0.step, at: $0.at) }
      .sorted { left, right in
        left.user == right.user
          ? left.step < right.step : left.user.utf8.lexicographicallyPrecedes(right.user.utf8)
      }
  }

  /// Stops a campaign that is being sent, here or in another process, until it is sent again.
  @discardableResult
  public func pause(_ name: String) throws(CampaignError) -> CampaignStatus {
    try move(name, .paused, from: [.sending], action: "paused")
  }

  /// Takes a pause back; ``send(_:engine:stale:acceptRestore:channel:control:progress:)`` goes on.
  @discardableResult
  public func resume(_ name: String) throws(CampaignError) -> CampaignStatus {
    try move(name, .resumed, from: [.paused], action: "resumed")
  }

  /// Ends a campaign for good.
  @discardableResult
  public func cancel(_ name: String) throws(CampaignError) -> CampaignStatus {
    try move(
      name, .cancelled, from: [.draft, .planned, .sending, .paused, .sent], action: "cancelled")
  }

  /// Lets this machine send a campaign that another one planned.
  @discardableResult
  public func take(_ name: String) throws(CampaignError) -> CampaignStatus {
    try move(name, .taken, from: [.planned, .sending, .paused, .sent], action: "taken")
  }

  private func move(
    _ name: String, _ step: CampaignStep, from states: [CampaignState], action: String
  ) throws(CampaignError) -> CampaignStatus {
    try checkWritable()
    try checkFormats(name)
    let before = try status(name)
    guard states.contains(before.state) else {
      throw .state(campaign: name, before.state, action: action)
    }
    try record(step, name, wave: before.wave == 0 ? nil : before.wave)
    return try status(name)
  }

  private func status(
    _ name: String, _ course: CampaignCourse
  ) throws(CampaignError) -> CampaignStatus {
    let file = CampaignFile.definition(name)
    guard try reading({ () throws(FileError) in try store.files.info(file) }) != nil else {
      throw .missing(kind: "campaign", name: name, known: try names())
    }
    let title = (try? definition(name).1.title) ?? name
    let plan = try plan(name, 1)
    var state = course.state
    // A plan whose journal entry a crash kept away is a plan; one that is gone is none.
    if state == .draft, plan != nil { state = .planned }
    if state == .planned, plan == nil { state = .draft }
    var status = CampaignStatus(
      campaign: name, title: title, state: state, wave: plan == nil ? 0 : 1)
    guard let plan else {
      if course.begunWaves.contains(1) {
        warn(CampaignFile.plan(name, 1), "a plan is missing, and its numbers with it")
      }
      return status
    }
    let history = try history(name, 1)
    if !history.hasHeader, course.begunWaves.contains(1) {
      warn(CampaignFile.deliveries(name, 1), "a delivery log is missing or empty")
    }
    status.treated = plan.report.treated + plan.report.waiting
    status.take(history)
    if history.lastSequence == 0 { status.waiting = plan.report.waiting }
    if state == .sent { status.waiting = 0 }
    let open = history.counts[.intent, default: 0]
    let isSending = open > 0 ? try isSending() : true
    if !isSending { status.unknown += open }
    return status
  }

  /// Whether some process is sending from this store right now.
  private func isSending() throws(CampaignError) -> Bool {
    guard store.readOnlyReason == nil else { return true }
    // Who sends makes it first; who only looks leaves nothing behind.
    guard try reading({ () throws(FileError) in try store.files.info("sending.lock") }) != nil
    else { return false }
    let lock = try reading { () throws(FileError) in
      try store.files.lock("sending.lock", holder: "")
    }
    guard case .held(let handle) = lock else { return true }
    handle.release()
    return false
  }
}

extension CampaignStatus {
  /// Takes over a delivery log's numbers. While it is being sent, who has no intent yet is waiting.
  mutating func take(_ history: DeliveryHistory) {
    intents = history.messages.count
    accepted = history.counts[.accepted, default: 0]
    refused = history.counts[.refused, default: 0]
    failed = history.counts[.failed, default: 0]
    unknown = history.counts[.unknown, default: 0]
    waiting = max(0, treated - intents)
  }
}
