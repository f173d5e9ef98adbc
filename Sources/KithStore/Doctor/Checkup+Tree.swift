import KithSystem

extension Checkup {
  /// Links, things that are neither files nor directories, and directories that others may enter.
  mutating func checkTree() {
    checkDirectory("")
  }

  private mutating func checkDirectory(_ name: String) {
    guard let info = reach(name, { (files) throws(FileError) in try files.info(name) }) ?? nil
    else {
      return
    }
    switch info.kind {
    case .file: return
    case .other:
      lose(
        name, "it is a link or a device, and is not followed",
        remedy: "put the file itself in its place")
      return
    case .directory: break
    }
    if info.mode & 0o077 != 0 {
      add(
        name.isEmpty ? "." : name,
        "others on this machine can enter it (mode \(String(info.mode, radix: 8)))",
        remedy: "chmod 700 " + shellWord(name.isEmpty ? files.root : files.root + "/" + name))
    }
    for leaf in list(name) where !(name.isEmpty && leaf.hasPrefix(".")) {
      checkDirectory(name.isEmpty ? leaf : name + "/" + leaf)
    }
  }

  /// Files that no part of the store knows. What starts with a dot at its top belongs to other tools,
  /// such as git; ``StoreFile/campaigns`` are looked at by the room that writes them.
  mutating func checkStrays(_ manifest: Manifest?) {
    let inboxes = settings?.channels.compactMap { $0.texts["file"]?.text } ?? []
    let known = [
      StoreFile.settings, StoreFile.manifest, StoreFile.key, StoreFile.lock, StoreFile.sendingLock,
      "inbox.jsonl",
    ]
    for name in list("") where !name.hasPrefix(".") {
      let isKnown =
        known.contains(name) || StoreFile.folders.contains(name)
        || inboxes.contains { $0 == name || $0.hasPrefix(name + "/") }
      if !isKnown { stray(name) }
    }
    if let manifest {
      for (folder, runs) in [("events", manifest.eventRuns), ("users", manifest.userRuns)] {
        let live = Set(runs.map { $0.name + ".arrow" })
        for name in list(folder) where !live.contains(name) {
          stray("\(folder)/\(name)", "no import of this store made it")
        }
      }
    }
    let endings = [
      (StoreFile.journal, [".jsonl", ".torn"]), (StoreFile.sets, [".zst"]),
      ("segments", [".segment"]), ("templates", [".mustache"]), ("rejected", [".csv"]),
    ]
    for (folder, endings) in endings {
      for name in list(folder) where "\(folder)/\(name)" != StoreFile.sets {
        if !endings.contains(where: name.hasSuffix) { stray("\(folder)/\(name)") }
      }
    }
  }

  private mutating func stray(_ name: String, _ problem: String = "it is no file of a store") {
    let isLeftover = name.hasSuffix(".new")
    lose(
      name, isLeftover ? "a write that was cut short left it" : problem,
      remedy: isLeftover ? "remove it when nothing is being written" : "move it elsewhere")
  }
}
