package import KithSegments
import KithStore
import KithSystem

extension Campaigns {
  /// One wave on disk: its history and its frozen audience's addresses.
  private struct Wave {
    var campaign: String
    var number: Int
    var history: DeliveryHistory
    /// Why the log says nothing although it should.
    var damage: CampaignError?
  }

  /// What a user received, under whichever id of theirs, newest first. Cost: all delivery logs.
  /// - Parameter campaigns: all there are, where they are known.
  public func received(
    by user: String, campaigns: [String]? = nil
  ) throws(CampaignError) -> [ReceivedMessage] {
    let campaigns = if let campaigns { campaigns } else { try folders() }
    let waves = try waves(of: campaigns)
    if waves.isEmpty { return [] }
    var messages: [ReceivedMessage] = []
    let ids = Set((try decisions().ids(of: user) ?? [user]).map(ByteText.init))
    for wave in waves {
      for message in wave.history.messages.values where ids.contains(ByteText(message.user)) {
        messages.append(
          ReceivedMessage(
            campaign: wave.campaign, channel: message.channel, at: message.at,
            outcome: message.what == .intent ? "unknown" : message.what.rawValue))
      }
    }
    return messages.sorted { ($0.at, $0.campaign) > ($1.at, $1.campaign) }
  }

  /// What every user received, for `received()` of the language: accepted and unknown; and which campaigns
  /// there are. Cost: all delivery logs.
  package func deliveries() throws(CampaignError) -> Deliveries {
    let folders = try folders()
    var deliveries = Deliveries()
    deliveries.campaigns = folders
    for wave in try waves(of: folders) {
      for message in wave.history.messages.values where message.counts {
        deliveries.received[ByteText(message.user), default: []].append(
          .init(campaign: wave.campaign, at: message.at))
      }
    }
    return deliveries
  }

  /// What caps and budgets count.
  /// - Parameter sending: the campaign whose open intents are about to be settled, and do not count.
  func received(sending: String? = nil) throws(CampaignError) -> Received {
    var received = Received()
    let zone = store.settings.zone
    for wave in try waves() {
      if let damage = wave.damage { throw damage }
      guard wave.history.lastSequence > 0 else { continue }
      let plan = try? plan(wave.campaign, wave.number)
      let definition = plan.flatMap { try? Definition($0.definition, name: wave.campaign) }
      let members = (try? audience(wave.campaign, wave.number))?.members ?? []
      let hashes = Dictionary(
        members.map { (ByteText($0.user), $0.addressHash) }, uniquingKeysWith: { first, _ in first }
      )
      for message in wave.history.messages.values where message.counts {
        if message.what == .intent, wave.campaign == sending { continue }
        received.add(
          user: message.user, addressHash: hashes[ByteText(message.user)] ?? nil,
          channel: message.channel, at: message.at, campaign: wave.campaign,
          isMarketing: definition?.isMarketing ?? true, cost: message.cost, zone: zone)
      }
    }
    received.join(try decisions().persons)
    return received
  }

  private func decisions() throws(CampaignError) -> Decisions {
    try asking { () throws(StoreError) in try store.decisions() }
  }

  private func folders() throws(CampaignError) -> [String] {
    try reading { () throws(FileError) in try store.files.list(CampaignFile.folder) }
  }

  private func waves() throws(CampaignError) -> [Wave] { try waves(of: folders()) }

  /// Every wave that has a delivery log.
  private func waves(of campaigns: [String]) throws(CampaignError) -> [Wave] {
    var waves: [Wave] = []
    if campaigns.isEmpty { return waves }
    let courses = try courses()
    for name in campaigns {
      let folder = CampaignFile.waves(name)
      for number in try reading({ () throws(FileError) in try store.files.list(folder) })
        .compactMap({ Int($0) })
      {
        waves.append(try wave(name, number, courses[name]))
      }
    }
    return waves
  }

  /// A wave, its log left out where it is damaged: the rest can be read, and who acts must not go on.
  private func wave(
    _ name: String, _ number: Int, _ course: CampaignCourse?
  ) throws(CampaignError) -> Wave {
    let file = CampaignFile.deliveries(name, number)
    do throws(CampaignError) {
      let history = try history(name, number)
      guard !history.hasHeader, course?.begunWaves.contains(number) ?? false else {
        return Wave(campaign: name, number: number, history: history, damage: nil)
      }
      throw .damaged(file: file, problem: "the wave was begun, and its log is missing or empty")
    } catch {
      guard case .damaged(_, let problem) = error else { throw error }
      store.leaveOut(file, problem)
      warn(file, "a delivery log is left out, damaged: \(Phrase(stringLiteral: problem))")
      return Wave(campaign: name, number: number, history: DeliveryHistory(), damage: error)
    }
  }

  /// What a delivery log says. A torn end is told of.
  func history(_ name: String, _ wave: Int) throws(CampaignError) -> DeliveryHistory {
    let file = CampaignFile.deliveries(name, wave)
    let history = try DeliveryHistory.read(store.files, file)
    if !history.torn.isEmpty { warn(file, "the last line was cut short and does not count") }
    return history
  }

  func warn(_ file: String, _ what: Phrase) {
    store.warn(
      Diagnostic(
        said: what, subject: file, remedy: "put back a copy of the file; the rest was read"))
  }

  /// The plan of a wave.
  func plan(_ name: String, _ wave: Int) throws(CampaignError) -> PlanFile? {
    let file = CampaignFile.plan(name, wave)
    guard try reading({ () throws(FileError) in try store.files.info(file) }) != nil else {
      return nil
    }
    let bytes = try reading { () throws(FileError) in try store.files.read(file) }
    return try PlanFile(bytes, file: file)
  }

  /// The audience of a wave.
  func audience(_ name: String, _ wave: Int) throws(CampaignError) -> Audience {
    let file = CampaignFile.audience(name, wave)
    let bytes = try reading { () throws(FileError) in try store.files.map(file) }
    return try Audience(bytes, file: file)
  }
}

extension DeliveryHistory.Message {
  /// Accepted, unknown, or on its way: it may have arrived.
  var counts: Bool {
    switch what {
    case .intent, .accepted, .unknown: true
    case .refused, .failed: false
    }
  }
}
