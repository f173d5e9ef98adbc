import KithSystem

/// How far a campaign was sent from this machine, kept outside the store:
/// `$XDG_STATE_HOME/kith/sent/<store>/<campaign>.jsonl`, one sealed line a group, the last one counts.
///
///     {"format":1,"wave":1,"seq":64,"line_crc":"<8 hex>","crc":"<8 hex>"}
///
/// A store whose log ends before the mark, or holds another line there, was restored from an older
/// copy: what left since then would leave again. On another machine this cannot be seen.
final class SentMark {
  private let files: any FileSystem
  private let name: String
  private let wave: Int
  private var file: (any WritableFile)?

  init(
    _ outside: Outside, store: String, campaign: String, wave: Int
  ) throws(CampaignError) {
    files = try reading { () throws(FileError) in
      let files = try outside.stateFiles()
      try files.makeDirectory("sent/" + store)
      return files
    }
    name = "sent/\(store)/\(campaign).jsonl"
    self.wave = wave
  }

  /// - Throws: ``CampaignError/restored(campaign:)`` where the store is behind the mark, unless
  ///   `acceptRestore`; then the mark is taken back to the store's state.
  func check(
    _ history: DeliveryHistory, campaign: String, wave: Int, acceptRestore: Bool
  ) throws(CampaignError) {
    let last = try last()
    if let last {
      let isBehind =
        last.wave > wave
        || last.wave == wave
          && (last.sequence > history.checksums.count
            || history.checksums[last.sequence - 1] != last.checksum)
      if isBehind, !acceptRestore { throw .restored(campaign: campaign) }
    }
    let start = line(history)
    try reading { () throws(FileError) in
      // The old lines are replaced, so that the file stays small.
      if history.lastSequence > 0 {
        try files.writeAtomically(name, start)
      } else if last != nil {
        try files.remove(name)
      }
      file = try files.open(name, .append)
      try files.syncDirectory(String(name[..<(name.lastIndex(of: "/") ?? name.startIndex)]))
    }
  }

  /// Remembers the last line of the log; on disk when this returns.
  func set(_ history: DeliveryHistory) throws(CampaignError) {
    guard let file else { return }
    let line = line(history)
    try reading { () throws(FileError) in
      try file.write(line)
      try file.sync()
    }
  }

  private func line(_ history: DeliveryHistory) -> [UInt8] {
    seal([
      .init("format", .int(1)), .init("wave", .int(wave)),
      .init("seq", .int(history.lastSequence)),
      .init("line_crc", .string(hex(UInt64(history.lastChecksum), width: 8))),
    ]).bytes
  }

  private func last() throws(CampaignError) -> (wave: Int, sequence: Int, checksum: UInt32)? {
    guard try reading({ () throws(FileError) in try files.info(name) }) != nil else { return nil }
    let bytes = try reading { () throws(FileError) in try files.read(name) }
    for line in bytes.split(separator: 0x0A).reversed() {
      guard let (value, _) = unseal(line), let wave = value["wave"]?.int,
        let sequence = value["seq"]?.int, sequence > 0,
        let crc = value["line_crc"]?.string.flatMap({ UInt32($0, radix: 16) })
      else { continue }
      return (wave, sequence, crc)
    }
    return nil
  }
}
