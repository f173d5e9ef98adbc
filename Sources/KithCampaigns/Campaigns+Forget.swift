// Erasing a person from what campaigns keep: in an audience the row stays, with the arm and the reason
// that numbers are made of, and its id is blank; likewise in a delivery log. The plan's checksum of the
// audience and the mark outside the store follow, each written before the file that it is about, so that
// a run that was cut short finds the same work again.

public import KithStore
import KithSystem

extension Campaigns {
  /// Erases a person from every file of the store.
  /// - Throws: where nobody has the id, a file is damaged, or the disk fails; run it again to go on.
  public func forget(_ user: String) throws(StoreError) -> ForgetReport {
    try checkFormats()
    return try store.forget(user) { () throws(StoreError) in try eraseFromCampaigns(user) }
  }

  private func checkFormats() throws(StoreError) {
    let files = store.files
    for campaign in try files.reach({ () throws(FileError) in try files.list(CampaignFile.folder) })
    {
      do throws(CampaignError) {
        try checkFormats(campaign)
      } catch {
        if case .laterFormat(let file, let format) = error {
          throw .newerFormat(file: file, format: Int(format) ?? 0)
        }
      }
    }
  }

  private func waveFolders() throws(StoreError) -> [(campaign: String, folder: String)] {
    let files = store.files
    return try files.reach { () throws(FileError) in
      var waves: [(campaign: String, folder: String)] = []
      for campaign in try files.list(CampaignFile.folder) {
        for wave in try files.list(CampaignFile.waves(campaign)) {
          waves.append((campaign, CampaignFile.waves(campaign) + "/" + wave))
        }
      }
      return waves
    }
  }

  /// Delivery lines that were changed.
  private func eraseFromCampaigns(_ user: String) throws(StoreError) -> Int {
    var lines = 0
    for (campaign, folder) in try waveFolders() {
      try eraseAudience(user, folder)
      lines += try eraseDeliveries(user, campaign, folder)
    }
    for name in try inboxes() { lines += try eraseInbox(user, name) }
    return lines
  }

  private func eraseAudience(_ user: String, _ folder: String) throws(StoreError) {
    let files = store.files
    let name = folder + "/audience.arrow"
    guard try files.reach({ () throws(FileError) in try files.info(name) }) != nil else { return }
    var audience: Audience
    do throws(CampaignError) {
      audience = try Audience(reading { () throws(FileError) in try files.map(name) }, file: name)
    } catch {
      throw .damaged(file: name, line: nil, problem: "it cannot be read")
    }
    guard let row = audience.members.firstIndex(where: { $0.user.utf8.elementsEqual(user.utf8) })
    else { return }
    audience.members[row].user = ""
    audience.members[row].addressHash = nil
    let bytes = audience.bytes
    let plan = folder + "/plan.json"
    try files.reach { () throws(FileError) in
      if try files.info(plan) != nil,
        var members = (try? JSON(utf8: files.read(plan)[...]))?.members,
        let index = members.firstIndex(where: { $0.name == "audience_crc" })
      {
        members[index].value = .string(hex(UInt64(CRC32C.of(bytes)), width: 8))
        try files.writeAtomically(plan, Array(JSON.object(members).pretty.utf8))
      }
      try files.writeAtomically(name, bytes)
    }
  }

  private func eraseDeliveries(
    _ user: String, _ campaign: String, _ folder: String
  ) throws(StoreError) -> Int {
    let files = store.files
    var changed = 0
    for name in [folder + "/deliveries.jsonl", folder + "/deliveries.jsonl.torn"] {
      guard try files.reach({ () throws(FileError) in try files.info(name) }) != nil else {
        continue
      }
      let bytes = try files.reach { () throws(FileError) in try files.read(name) }
      var next: [UInt8] = []
      var checks: [UInt32: UInt32] = [:]
      for line in bytes.split(separator: 0x0A) {
        guard let (value, crc) = unseal(line) else {
          // A torn line that names the person goes; the log itself ends before it.
          if !Erasure(user).isNamed(in: line) { next += line + [0x0A] }
          continue
        }
        guard var members = value.members,
          let index = members.firstIndex(where: { $0.name == "user" }),
          members[index].value.string?.utf8.elementsEqual(user.utf8) == true
        else {
          next += line + [0x0A]
          continue
        }
        members[index].value = ""
        let sealed = seal(members.filter { $0.name != "crc" })
        checks[crc] = sealed.crc
        next += sealed.bytes
        changed += 1
      }
      if bytes.last != 0x0A, next.last == 0x0A, !next.isEmpty { next.removeLast() }
      guard next != bytes else { continue }
      try moveMark(campaign, checks)
      try files.reach { () throws(FileError) in try files.writeAtomically(name, next) }
    }
    return changed
  }

  /// The mark outside the store names the last line by its checksum, which is another one now.
  private func moveMark(_ campaign: String, _ checks: [UInt32: UInt32]) throws(StoreError) {
    guard !checks.isEmpty, let state = try? store.outside.stateFiles() else { return }
    let name = "sent/\(store.id)/\(campaign).jsonl"
    guard let bytes = try? state.read(name) else { return }
    for line in bytes.split(separator: 0x0A).reversed() {
      guard let (value, _) = unseal(line), var members = value.members else { continue }
      guard let index = members.firstIndex(where: { $0.name == "line_crc" }),
        let crc = members[index].value.string.flatMap({ UInt32($0, radix: 16) }),
        let other = checks[crc]
      else { return }
      members[index].value = .string(hex(UInt64(other), width: 8))
      let sealed = seal(members.filter { $0.name != "crc" })
      do { try state.writeAtomically(name, sealed.bytes) } catch {
        throw .noState(path: store.outside.stateHome, error)
      }
      return
    }
  }

  /// Files of the store that a channel appends messages to.
  private func inboxes() throws(StoreError) -> [String] {
    let named = store.settings.channels.compactMap { $0.texts["file"]?.text }
    let files = store.files
    return try files.reach { () throws(FileError) in
      var found: [String] = []
      for name in Set(named + ["inbox.jsonl"]).sorted() {
        if !name.hasPrefix("/"), try files.info(name)?.kind == .file { found.append(name) }
      }
      return found
    }
  }

  /// Messages to the person go, each with its line.
  private func eraseInbox(_ user: String, _ name: String) throws(StoreError) -> Int {
    let files = store.files
    let bytes = try files.reach { () throws(FileError) in try files.read(name) }
    let lines = bytes.split(separator: 0x0A)
    let kept = lines.filter { line in
      (try? JSON(utf8: line))?["user"]?.string?.utf8.elementsEqual(user.utf8) != true
    }
    guard kept.count < lines.count else { return 0 }
    try files.reach { () throws(FileError) in
      try files.writeAtomically(name, Array(kept.map { $0 + [0x0A] }.joined()))
    }
    return lines.count - kept.count
  }
}
