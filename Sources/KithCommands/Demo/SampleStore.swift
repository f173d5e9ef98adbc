import Glibc
import KithStore
import KithSystem

/// The sample store on disk: made beside its place and renamed into it when it is whole.
struct SampleStore {
  /// How many people the shop has known.
  let users: Int
  let context: Context

  init(users: Int, _ context: Context) {
    self.users = users
    self.context = context
  }

  /// Finds or makes the store.
  /// - Returns: its path.
  func path(_ directory: String?) throws -> String {
    let zone = try Zone.named(DemoShop.timeZone)
    let now = context.outside.clock.now()
    if let directory {
      if !isStore(directory) { try make(directory, zone: zone, now: now) }
      return directory
    }
    let folder = try defaultFolder()
    let name = "demo-\(zone.day(of: now)).kith"
    if !isStore(folder + "/" + name) {
      try make(folder + "/" + name, zone: zone, now: now)
      try removeOlder(than: name, in: DiskFileSystem(root: folder))
    }
    return folder + "/" + name
  }

  private func isStore(_ path: String) -> Bool {
    access(path + "/kith.yaml", F_OK) == 0
  }

  private func make(_ path: String, zone: Zone, now: Instant) throws {
    context.console.say("making a sample store of \(counted(users, "user")): \(visible(path))\n")
    var trimmed = path
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
    let temporary = trimmed + ".new-\(context.outside.processID)"
    do {
      try fill(temporary, zone: zone, now: now)
      guard rename(temporary, trimmed) == 0 else {
        throw Diagnostic(
          "cannot put the sample store there: " + String(cString: strerror(errno)), subject: path,
          remedy: "name a new directory")
      }
    } catch {
      removeTree(temporary)
      throw error
    }
  }

  private func fill(_ path: String, zone: Zone, now: Instant) throws {
    var store = try Store.create(
      at: path, timeZone: DemoShop.timeZone, outside: context.outside)
    for template in DemoShop.templates {
      try store.files.writeAtomically(
        "templates/\(template.name).mustache", Array(template.text.utf8))
    }
    try store.files.writeAtomically("kith.yaml", Array(DemoShop.kithYAML.utf8))
    try decide(at: path, zone: zone, now: now)
    store = try Store.open(at: path, outside: context.outside)
    let events = DemoShop.events(seed: SampleStore.seed, now: now, zone: zone, users: users)
    let progress = ImportProgressLine(asJSON: false, context)
    _ = try store.importEvents([.bytes(name: "events.csv", events)], progress: progress.show)
    progress.clear()
    let people = DemoShop.users(seed: SampleStore.seed, now: now, zone: zone, users: users)
    _ = try store.importUsers([.bytes(name: "people.csv", people)])
  }

  /// The keeper decided over the last three months, not just now.
  private func decide(at path: String, zone: Zone, now: Instant) throws {
    let decisions = DemoShop.decisions(
      seed: SampleStore.seed, now: now, zone: zone, users: users)
    for (index, decision) in decisions.enumerated() {
      let daysAgo = 90 * (decisions.count - index) / decisions.count
      var outside = context.outside
      outside.clock = StoppedClock(time: now.advanced(by: -Int64(daysAgo) * Instant.dayMs))
      let store = try Store.open(at: path, outside: outside)
      try store.decide(store.packed(decision))
    }
  }

  /// Yesterday's samples go when today's is there.
  private func removeOlder(than name: String, in files: DiskFileSystem) throws {
    for older in try files.list("")
    where older.hasPrefix("demo-") && older.hasSuffix(".kith") && older < name {
      context.console.say("removing the older sample store \(visible(older))\n")
      removeTree(files.root + "/" + older)
    }
  }

  /// `$XDG_DATA_HOME/kith`, else ~/.local/share/kith.
  private func defaultFolder() throws(Diagnostic) -> String {
    let variables = context.outside.variables
    let home = variables["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    let folder = (home ?? context.outside.home + "/.local/share") + "/kith"
    var path = ""
    for part in folder.split(separator: "/") {
      path += "/" + part
      guard mkdir(path, 0o700) == 0 || errno == EEXIST || access(path, F_OK) == 0 else {
        throw Diagnostic(
          "no place for the sample store: " + String(cString: strerror(errno)), subject: path,
          remedy: "name a directory: kith demo DIR")
      }
    }
    return folder
  }

  /// The same shop for everyone, on the same day.
  private static let seed: UInt64 = 20_160_312
}

private struct StoppedClock: Clock {
  let time: Instant

  func now() -> Instant { time }
}

extension Store {
  /// A decision whose users are named, in the form in which the journal keeps them.
  fileprivate func packed(_ decision: Decision) throws(StoreError) -> Decision {
    switch decision {
    case .tagAdd(let tag, .named(let ids)): .tagAdd(tag: tag, users: try userList(ids))
    case .tagRemove(let tag, .named(let ids)): .tagRemove(tag: tag, users: try userList(ids))
    case .owner(let owner, .named(let ids)): .owner(owner, users: try userList(ids))
    default: decision
    }
  }
}

/// Removes a directory with all that is in it, as far as that goes; no link is followed.
private func removeTree(_ path: String) {
  guard let files = try? DiskFileSystem(root: path) else { return }
  func empty(_ folder: String) {
    for leaf in (try? files.list(folder)) ?? [] {
      let name = folder.isEmpty ? leaf : folder + "/" + leaf
      if (try? files.info(name))??.kind == .directory { empty(name) }
      try? files.remove(name)
    }
  }
  empty("")
  rmdir(path)
}
