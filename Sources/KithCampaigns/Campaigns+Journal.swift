import KithStore
import KithSystem

// What a campaign has gone through is in the journal, so that it is seen from every process and in
// every copy: `made`, `planned`, `sending`, `paused`, `resumed`, `cancelled`, `sent`, `taken`.

/// The steps of a campaign as the journal has them.
enum CampaignStep: String {
  case made, planned, sending, paused, resumed, cancelled, sent, taken

  /// The state that it leads to; nil where it leaves the state as it is.
  var state: CampaignState? {
    switch self {
    case .made: .draft
    case .planned: .planned
    case .sending, .resumed: .sending
    case .paused: .paused
    case .cancelled: .cancelled
    case .sent: .sent
    case .taken: nil
    }
  }
}

/// What the journal tells of one campaign.
struct CampaignCourse {
  var state = CampaignState.draft
  /// The writer that may send it: the last one that planned or took it.
  var writer: String?
  /// Waves whose sending was begun.
  var begunWaves: Set<Int> = []

  /// The course of every campaign that entries tell of, the earliest first, by name.
  static func all(_ entries: [JournalEntry]) -> [String: CampaignCourse] {
    var courses: [String: CampaignCourse] = [:]
    for entry in entries {
      guard case .campaign(let name, let wave, let step) = entry.decision else { continue }
      courses[name, default: CampaignCourse()].take(entry, wave: wave, step: step)
    }
    return courses
  }

  private mutating func take(_ entry: JournalEntry, wave: Int?, step: String) {
    guard let step = CampaignStep(rawValue: step) else { return }
    if let next = step.state { state = next }
    if step == .planned || step == .taken { writer = entry.writer }
    if step == .sending, let wave { begunWaves.insert(wave) }
  }
}

extension JournalEntry {
  fileprivate var writer: String {
    String(id[..<(id.lastIndex(of: "-") ?? id.endIndex)])
  }
}

extension Campaigns {
  /// What the journal tells of every campaign, by name.
  func courses() throws(CampaignError) -> [String: CampaignCourse] {
    let listed = try asking { () throws(StoreError) in try store.campaignEntries() }
    return CampaignCourse.all(listed.reversed().map(\.entry))
  }

  func record(
    _ step: CampaignStep, _ name: String, wave: Int?
  ) throws(CampaignError) {
    _ = try asking { () throws(StoreError) in
      try store.decide(.campaign(name: name, wave: wave, step: step.rawValue))
    }
  }

  /// Nobody is reached, and nobody left out, by answers that lack events.
  func checkComplete() throws(CampaignError) {
    try asking { () throws(StoreError) in try store.checkComplete() }
  }

  func checkWritable() throws(CampaignError) {
    if store.readOnlyReason != nil { throw .readOnly(store: store.files.root) }
  }

  func key() throws(CampaignError) -> StoreKey {
    StoreKey(try asking { () throws(StoreError) in try store.key() })
  }

  func writer() throws(CampaignError) -> String {
    try asking { () throws(StoreError) in try store.writer() }
  }
}

/// Runs calls to the store, their errors told as ours.
func asking<Value>(
  _ body: () throws(StoreError) -> Value
) throws(CampaignError) -> Value {
  do throws(StoreError) {
    return try body()
  } catch {
    throw .other(error.diagnostic)
  }
}
