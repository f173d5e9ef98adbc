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
    let path = try directory ?? defaultFolder() + "/demo-\(zone.day(of: now)).kith"
    if isStore(path) { return path }
    try build(path, zone: zone, now: now)
    return path
  }

  private func isStore(_ path: String) -> Bool {
    access(path + "/kith.yaml", F_OK) == 0
  }

  private func build(_ path: String, zone: Zone, now: Instant) throws {
    context.console.say("making a sample store of \(counted(users, "user")): \(visible(path))\n")
    var store = try Store.create(
      at: path, timeZone: DemoShop.timeZone, name: nil, language: nil, outside: context.outside)
    let files = store.files
    for template in DemoShop.templates {
      try files.writeAtomically("templates/\(template.name).mustache", Array(template.text.utf8))
    }
    try files.writeAtomically("kith.yaml", Array(DemoShop.kithYAML.utf8))
    store = try Store.open(at: path, outside: context.outside)
  }

  /// `$XDG_DATA_HOME/kith`, else ~/.local/share/kith.
  private func defaultFolder() throws(Diagnostic) -> String {
    let variables = context.outside.variables
    let home = variables["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    let folder = (home ?? (variables["HOME"] ?? "/tmp") + "/.local/share") + "/kith"
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
}
