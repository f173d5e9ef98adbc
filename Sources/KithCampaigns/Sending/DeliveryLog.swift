import KithStore
import KithSystem

/// The delivery log of one wave, open for writing: `waves/<n>/deliveries.jsonl`.
///
/// Who writes: the sender alone, under `sending.lock`. The steps of a group of messages, and what a
/// crash right after each leaves for the next run:
///
/// 1. outcomes that are known and new intents are appended in one write — a torn end, which is set
///    aside; no message of the group has left;
/// 2. the log is synced — intents without an outcome; none has left, each becomes *unknown*;
/// 3. sequence and checksum of the last line go into ``SentMark``, outside the store, and are synced —
///    as 2, and a store restored from an older copy is now recognised;
/// 4. the messages leave — intents without an outcome; each may have arrived, so each becomes
///    *unknown*, or is sent again under the same id where the channel knows it;
/// 5. outcomes come back and are written with the next group, or within a short time — as 4 for those
///    not yet written; an outcome that was written is final and its message never leaves again.
///
/// Outcomes come before intents in a write, so at no time are more than 256 intents without one.
struct DeliveryLog: ~Copyable {
  static let most = 256

  private let file: any WritableFile
  private let mark: SentMark
  private(set) var history: DeliveryHistory
  /// Lines that wait for the next write.
  private var pending: [DeliveryLine] = []

  /// Opens or begins a log; sets a torn end aside; makes sure that the store is not an older copy.
  init(
    _ files: any FileSystem, campaign: String, wave: Int, store: String, mark: SentMark,
    acceptRestore: Bool
  ) throws(CampaignError) {
    let name = CampaignFile.deliveries(campaign, wave)
    let history = try DeliveryHistory.read(files, name)
    try mark.check(history, campaign: campaign, wave: wave, acceptRestore: acceptRestore)
    let torn = history.torn
    let size = history.size
    let isNew = !history.hasHeader
    let file: any WritableFile = try reading { () throws(FileError) in
      if !torn.isEmpty {
        let aside = try files.open(name + ".torn", .append)
        try aside.write(Array(torn))
        try aside.sync()
        try aside.close()
      }
      let file = try files.open(name, .append)
      if !torn.isEmpty { try file.truncate(to: size) }
      if isNew {
        try file.write(DeliveryLine.header(store: store, campaign: campaign, wave: wave))
        try file.sync()
        try files.syncDirectory(CampaignFile.wave(campaign, wave))
      }
      return file
    }
    self.file = file
    self.mark = mark
    self.history = history
  }

  /// The next line's number.
  var nextSequence: Int { history.lastSequence + pending.count + 1 }

  /// Notes a line; it is written with the next ``commit(beforeSending:)``.
  mutating func add(
    id: String, step: Int, user: String, channel: String, what: DeliveryLine.What, at: Instant,
    attempt: Int, cost: Micros, reason: String? = nil
  ) {
    pending.append(
      DeliveryLine(
        sequence: nextSequence, id: id, step: step, user: user, channel: channel, what: what,
        at: at, attempt: attempt, cost: cost, reason: reason))
  }

  /// Writes and syncs what waits (steps 1 and 2), and before messages leave marks it outside (3).
  mutating func commit(beforeSending: Bool) throws(CampaignError) {
    guard !pending.isEmpty else { return }
    let sealed = pending.map(\.sealed)
    let file = file
    try reading { () throws(FileError) in
      try file.write(Array(sealed.map(\.bytes).joined()))
      try file.sync()
    }
    for (line, (_, crc)) in zip(pending, sealed) { history.take(line, crc: crc) }
    pending = []
    if beforeSending { try mark.set(history) }
  }

  consuming func close() {
    try? file.close()
  }
}

extension DeliveryHistory {
  /// The history of a wave; empty where nothing was sent yet.
  static func read(
    _ files: any FileSystem, _ name: String
  ) throws(CampaignError) -> DeliveryHistory {
    guard try reading({ () throws(FileError) in try files.info(name) }) != nil else {
      return DeliveryHistory()
    }
    let bytes = try reading { () throws(FileError) in try files.read(name) }
    return try DeliveryHistory(bytes, file: name)
  }
}
