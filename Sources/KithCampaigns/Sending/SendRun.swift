import KithSegments
import KithStore
import KithSystem

/// One run of sending a wave: goes through the frozen audience in order, asks the gate, writes intents,
/// gives messages to the workers and writes what came back. One thread; ``Workers`` has the others.
///
/// No more messages are begun than the channel is busy with for about a second, so that a pause is soon
/// and a crash leaves few of them unknown.
struct SendRun: ~Copyable {
  /// What one run is about.
  struct Task {
    var campaign: String
    var wave: Int
    var storeID: String
    var audience: Audience
    var engine: any Engine
    var composer: Composer
    var setting: ChannelSetting
    var clock: any Clock
    var randomness: any Randomness
  }

  /// How a run ended.
  enum End: Equatable {
    case complete
    case waiting
    case stopped(SendControl.Wish)
  }

  private struct Retry {
    var job: Workers.Job
    var due: Instant
  }

  private let task: Task
  private let channel: any Channel
  private let ahead: Int
  private var log: DeliveryLog
  private var gate: Gate
  /// The next member of the audience to look at.
  private var cursor = 0
  private var inFlight = 0
  private var outcomesToWrite = 0
  private var retries: [Retry] = []
  /// Attempts of this run by message, where there was more than one.
  private var tries: [String: Int] = [:]
  private(set) var waiting = 0

  /// Tries for what may pass, in one run; the pauses between them double twice each time.
  static let mostTries = 4
  private static let firstPauseMs: Int64 = 1000

  init(_ task: Task, channel: any Channel, log: consuming DeliveryLog, gate: Gate) {
    self.task = task
    self.channel = channel
    self.log = log
    self.gate = gate
    let busy = 2 * task.setting.connections
    let aSecond = task.setting.ratePerSecond.map { max(1, Int($0.rounded(.up))) } ?? busy
    ahead = max(1, min(busy, aSecond, DeliveryLog.most / 2))
  }

  var history: DeliveryHistory { log.history }

  /// Settles what an earlier run left open: without an idempotency key nobody knows what became of it.
  mutating func settleOpenIntents() throws(CampaignError) {
    guard !channel.isIdempotent else { return }
    for (id, message) in log.history.messages.sorted(by: { $0.key < $1.key })
    where message.what == .intent {
      note(unknown: id, message)
    }
    try log.commit(beforeSending: false)
  }

  private mutating func note(unknown id: String, _ message: DeliveryHistory.Message) {
    log.add(
      id: id, step: message.step, user: message.user, channel: message.channel, what: .unknown,
      at: task.clock.now(), attempt: message.attempt, cost: message.cost, reason: "interrupted")
  }

  /// Sends until everyone has been looked at or `wish` says to stop. Everything that was begun has its
  /// outcome in the log when this returns.
  /// - Parameters:
  ///   - wish: asked before each group; may take in a new suppression list.
  ///   - progress: told after each group.
  mutating func go(
    wish: (inout Gate) throws(CampaignError) -> SendControl.Wish,
    progress: (DeliveryHistory) -> Void
  ) throws(CampaignError) -> End {
    let limiter = RateLimiter(perSecond: task.setting.ratePerSecond, clock: task.clock)
    let workers = Workers.start(
      max(1, min(task.setting.connections, ahead)), channel: channel, limiter: limiter)
    defer { workers.finish() }
    var end: End?
    while true {
      if end == nil {
        let wish = try wish(&gate)
        if wish != .goOn { end = .stopped(wish) }
      }
      let jobs = end == nil ? try nextJobs() : []
      if !jobs.isEmpty || outcomesToWrite >= ahead || inFlight == 0 {
        try log.commit(beforeSending: !jobs.isEmpty)
        outcomesToWrite = 0
        progress(log.history)
      }
      workers.give(jobs)
      inFlight += jobs.count
      if inFlight == 0 {
        if let end { return end }
        guard let due = retries.map(\.due).min() else {
          return waiting > 0 ? .waiting : .complete
        }
        let pause = min(200, due.milliseconds - task.clock.now().milliseconds)
        if pause > 0 { task.clock.sleep(milliseconds: Int(pause)) }
        continue
      }
      for outcome in workers.take(waiting: 100) { settle(outcome) }
    }
  }

  /// Writes down what came of a message, and plans another try where that may help.
  private mutating func settle(_ outcome: Workers.Outcome) {
    inFlight -= 1
    outcomesToWrite += 1
    let message = outcome.job.message
    let (what, reason): (DeliveryLine.What, String?) =
      switch outcome.result {
      case .accepted: (.accepted, nil)
      case .refused(let reason): (.refused, reason)
      case .failed(let reason): (.failed, reason)
      case .unknown(let reason): (.unknown, reason)
      }
    let now = task.clock.now()
    log.add(
      id: message.id, step: 1, user: message.user, channel: task.setting.name, what: what, at: now,
      attempt: outcome.job.attempt, cost: task.setting.cost, reason: reason)
    guard what == .failed else { return }
    let tried = tries[message.id, default: 0] + 1
    tries[message.id] = tried
    guard tried < SendRun.mostTries else { return }
    var job = outcome.job
    job.attempt += 1
    retries.append(Retry(job: job, due: now.advanced(by: pause(before: tried))))
  }

  /// Exponential back-off with jitter: 1, 4, 16 seconds, each between half and one and a half of it.
  private func pause(before tried: Int) -> Int64 {
    let chance = task.randomness.bytes(2).reduce(Int64(0)) { $0 << 8 | Int64($1) }
    let pause = SendRun.firstPauseMs << (2 * Int64(tried - 1))
    return pause / 2 + pause * chance / 65_536
  }

  /// The next messages to begin, their intents noted: tries that are due, then people in order.
  private mutating func nextJobs() throws(CampaignError) -> [Workers.Job] {
    var jobs: [Workers.Job] = []
    let now = task.clock.now()
    while inFlight + jobs.count < ahead, let index = retries.firstIndex(where: { $0.due <= now }) {
      let job = retries.remove(at: index).job
      noteIntent(job, at: now)
      jobs.append(job)
    }
    while inFlight + jobs.count < ahead, cursor < task.audience.members.count {
      let member = task.audience.members[cursor]
      cursor += 1
      guard let job = job(for: member, at: now) else { continue }
      noteIntent(job, at: now)
      jobs.append(job)
    }
    return jobs
  }

  private mutating func noteIntent(_ job: Workers.Job, at now: Instant) {
    log.add(
      id: job.message.id, step: 1, user: job.message.user, channel: task.setting.name,
      what: .intent, at: now, attempt: job.attempt, cost: task.setting.cost)
  }

  /// The message for a member; nil where they are held out, have it already, or the gate says no.
  private mutating func job(for member: Audience.Member, at now: Instant) -> Workers.Job? {
    guard member.arm == .treated, member.reason == nil, !member.user.isEmpty else { return nil }
    let id = messageID(
      store: task.storeID, campaign: task.campaign, wave: task.wave, step: 1, user: member.user)
    let before = log.history.messages[id]
    guard let row = task.engine.user(member.user) else { return nil }
    let candidate = task.composer.candidate(row, task.engine)
    switch before?.what {
    case .accepted, .refused, .unknown:
      gate.remember(candidate)
      return nil
    case .failed, .intent, nil: break
    }
    switch gate.verdict(candidate, at: now) {
    case .send(let address, let hash):
      let message = task.composer.message(
        candidate, step: gate.rules.steps[0], id: id, address: address, addressHash: hash)
      return message.map { Workers.Job(message: $0, attempt: (before?.attempt ?? 0) + 1) }
    case .wait:
      waiting += 1
    case .leftOut:
      // What an earlier run began and may not go on with stays unknown.
      if let before, before.what == .intent { note(unknown: id, before) }
    }
    return nil
  }
}
