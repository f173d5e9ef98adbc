// kith.yaml is read key by key through one table. A key that is absent, or has nothing after its
// colon, keeps its default; an unknown key, a key given twice or a value of another form is a
// mistake, shown at its place.

import KithSystem
import KithYAML

extension Settings {
  static let format = 1

  /// Reads the bytes of kith.yaml.
  init(bytes: [UInt8]) throws(StoreError) {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .damaged(file: StoreFile.settings, line: nil, problem: "it is not UTF-8")
    }
    try self.init(yaml: text)
  }

  /// Reads the text of kith.yaml.
  /// - Throws: ``StoreError/settings(_:)``, ``StoreError/newerFormat(file:format:)``.
  package init(yaml text: String, file: String = StoreFile.settings) throws(StoreError) {
    do {
      let (source, root) = try YAMLSource.read(text, file: file)
      // The file that `init` wrote has them all: then a second text would be read for nothing.
      let isWhole = Settings.defaultKeys.allSatisfy { root[$0] != nil }
      var settings = isWhole ? Settings(zone: .utc) : try Settings.defaults()
      if let node = root["format"] {
        let number = try source.value(node, "format", "1", SettingsScalar.count)
        if number > Settings.format { throw NewerFormat(number: number) }
        if number < 1 {
          throw source.mistake("`format` has to be 1", at: node, remedy: "format: 1")
        }
      }
      try settings.read(root, source)
      self = settings
    } catch let newer as NewerFormat {
      throw .newerFormat(file: file, format: newer.number)
    } catch let mistake as SettingsMistake {
      throw .settings(mistake)
    } catch {
      throw .settings(SettingsMistake("cannot be read", excerpt: nil, remedy: "see the manual"))
    }
  }

  private struct NewerFormat: Error {
    let number: Int
  }

  /// The keys whose default is not that of ``init(zone:)``.
  static let defaultKeys = ["stages", "bands", "suggest", "caps", "channels"]

  /// What the file says that `init` writes.
  private static func defaults() throws -> Settings {
    var settings = Settings(zone: .utc)
    let text = settingsTemplate(name: "", language: nil, zone: "UTC")
    let (source, root) = try YAMLSource.read(text, file: nil)
    try settings.read(root, source)
    return settings
  }

  private typealias Reader =
    @Sendable (inout Settings, Node, YAMLSource) throws -> Void

  /// Every key, with what reads it.
  private static let readers: [(key: String, read: Reader)] = [
    ("format", { _, _, _ in }),
    ("name", { $0.name = try $2.text($1, of: "name") }),
    (
      "language",
      { $0.language = try $2.choice($1, "language", ["zh-Hans", "en"]) }
    ),
    ("time_zone", { $0.zone = try $2.zone($1) }),
    (
      "week_start",
      { settings, node, source in
        let days = WeekStart.allCases.map(\.rawValue)
        let name = try source.choice(node, "week_start", days)
        settings.weekStart = WeekStart(rawValue: name) ?? .monday
      }
    ),
    (
      "max_data_age",
      { $0.maxDataAgeMs = try $2.value($1, "max_data_age", "36h", SettingsScalar.duration) }
    ),
    ("stages", { $0.stages = try $2.rules($1, of: "stages") }),
    (
      "bands",
      { settings, node, source in
        settings.bands = []
        for member in try source.mapping(node, of: "`bands`").members where !member.isEmpty {
          settings.bands.append((member.name, try source.rules(member.value, of: member.name)))
        }
      }
    ),
    ("suggest", { $0.suggest = try $2.rules($1, of: "suggest") }),
    ("events", { $0.events = try $2.events($1) }),
    (
      "labels",
      { settings, node, source in
        settings.labels = [:]
        for member in try source.mapping(node, of: "`labels`").members where !member.isEmpty {
          settings.labels[member.name] = try source.text(member.value, of: member.name)
        }
      }
    ),
    ("feeds", { $0.feeds = try $2.feeds($1) }),
    ("recipes", { $0.recipes = try $2.recipes($1) }),
    ("forecast", { $0.forecast = try $2.forecast($1) }),
    ("addresses", { try $2.addresses($1, &$0.addresses) }),
    (
      "require_consent",
      { $0.requireConsent = try $2.value($1, "require_consent", "false", SettingsScalar.bool) }
    ),
    ("caps", { $0.caps = try $2.caps($1) }),
    ("quiet", { $0.quiet = try $2.quiet($1) }),
    ("holdout", { $0.holdout = try $2.value($1, "holdout", "10%", SettingsScalar.percent) }),
    ("budget", { $0.monthlyBudget = try $2.budget($1) }),
    (
      "unsubscribe_url",
      { $0.unsubscribeURL = try $2.url($1, "unsubscribe_url", schemes: ["http", "https"]) }
    ),
    ("channels", { $0.channels = try $2.channels($1) }),
    (
      "keys",
      { settings, node, source in
        settings.keys = []
        for member in try source.mapping(node, of: "`keys`").members where !member.isEmpty {
          settings.keys.append(
            (member.name, try source.sourceText(member.value, of: member.name)))
        }
      }
    ),
    ("theme", { $0.theme = try $2.text($1, of: "theme") }),
  ]

  private mutating func read(_ root: YAMLMapping, _ source: YAMLSource) throws {
    try root.allow(Settings.readers.map(\.key), in: "the settings")
    for (key, read) in Settings.readers {
      if let node = root[key] { try read(&self, node, source) }
    }
    try fitRules(root, source)
  }

  /// Bands and proposals name stages. Those of the defaults are left out with a stage that the file
  /// does not have; those of the file are a mistake.
  private mutating func fitRules(
    _ root: YAMLMapping, _ source: YAMLSource
  ) throws(SettingsMistake) {
    let names = stages.map(\.name) + ["effective"]
    for key in ["bands", "suggest"] {
      guard let node = root[key] else { continue }
      for member in try source.mapping(node, of: "`\(key)`").members
      where !names.contains(member.name) {
        throw source.mistake(
          "unknown stage `\(member.name)` in `\(key)`", at: member.key,
          remedy: nearest(member.name, in: names).map { "did you mean `\($0)`?" }
            ?? "stages: " + names.joined(separator: ", "))
      }
    }
    bands.removeAll { !names.contains($0.stage) }
    suggest.removeAll { !names.contains($0.name) }
  }
}
