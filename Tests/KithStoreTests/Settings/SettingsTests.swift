import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

struct SettingsTests {
  @Test func `every key has a default`() throws {
    let settings = try Settings(yaml: "format: 1\n")
    #expect(settings.zone.name == "UTC" && settings.weekStart == .monday)
    #expect(settings.maxDataAgeMs == 36 * 3_600_000)
    #expect(settings.stages.map(\.name) == ["junk", "core", "active"])
    #expect(settings.stages[0].expression.text == #"tag("junk") or tag("staff")"#)
    #expect(settings.stages[0].expression.file == nil)
    #expect(settings.bands.map(\.stage) == ["core", "active", "effective"])
    #expect(
      settings.bands[2].rules.map(\.name) == ["new", "tried", "cooling", "dormant", "lost"])
    #expect(settings.bands[0].rules[1].expression.text == "true")
    #expect(settings.suggest.map(\.name) == ["core", "junk"])
    #expect(settings.caps.count == 4 && settings.caps[2].channel == "sms")
    #expect(settings.caps[1].messages == 2 && settings.caps[1].windowMs == 7 * Instant.dayMs)
    #expect(settings.quiet == nil)
    #expect(settings.holdout == 0 && settings.monthlyBudget == nil && settings.language == nil)
    #expect(settings.addresses.email == "email" && !settings.requireConsent)
    #expect(settings.channels.map(\.name) == ["inbox"])
    #expect(settings.forecast == Forecast(event: "purchase", unitMs: 7 * Instant.dayMs))
    #expect(try Settings(yaml: "").stages.count == 3)
  }

  @Test func `where the file has every rule, the rest has its defaults all the same`() throws {
    let rules = """
      stages: { all: "true" }
      bands: { all: { some: "true" } }
      suggest: { all: "true" }
      caps: [{ messages: 1, in: 1d }]

      """
    var whole = try Settings(yaml: rules + "channels: { inbox: { file: inbox.jsonl } }\n")
    var onDefaults = try Settings(yaml: rules)
    whole.channels = []
    onDefaults.channels = []
    #expect(String(describing: whole) == String(describing: onDefaults))
  }

  @Test(arguments: ["\n", "\r\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"])
  func `a mistake is shown on its line, however lines end`(end: String) throws {
    let lines = ["format: 1", "name: 茶", "stages:", "  é: true", "nmae: x", "holdout: 5%"]
    let error = try #require(throws: StoreError.self) {
      try Settings(yaml: lines.joined(separator: end))
    }
    let excerpt = try #require(error.diagnostic.excerpt)
    #expect(excerpt.line == 5 && excerpt.column == 1 && excerpt.text == "nmae: x")
  }

  static let whole = """
    format: 1
    name: 茶馆
    language: zh-Hans
    time_zone: Asia/Shanghai
    week_start: sunday
    max_data_age: 2d
    stages:
      loyal: days(activity, 7d) >= 1 and
        count(any) > 5
      all: true
    bands:
      loyal: { new: "age < 7d", rest: true }
    events:
      push_received: { system: true, label: 推送到达 }
      grant: system
    labels: { loyal: 熟客 }
    feeds:
      - { file: /srv/exports/events-*.csv, overlap: true }
    forecast: { event: buy, unit: 1w }
    addresses: { email: mail }
    require_consent: true
    caps:
      - { channel: sms, messages: 1, in: 7d }
    quiet: { from: "22:30", to: "08:00" }
    holdout: 2.5%
    budget: { month: 5000.00 }
    unsubscribe_url: https://example.org/u/
    channels:
      email: { url: "smtp://127.0.0.1:2525", from: "小茶 <tea@example.org>", tls: none, user: tea, password_env: KITH_SMTP_PASSWORD, ca: ca.pem, rate: 20/s, connections: 4, timeout: 30s, cost: 0.002 }
      sms:
        url: https://sms.example.org
        headers: { Authorization: "Bearer {{secret}}" }
        body: '{"to":"{{phone}}"}'
        rate: 90/m
      command: { run: ["/usr/local/bin/deliver", "--json"] }
    keys: { remind: r }
    theme: ink
    """

  @Test func `every key is read`() throws {
    let settings = try Settings(yaml: Self.whole)
    #expect(settings.name == "茶馆" && settings.language == "zh-Hans" && settings.theme == "ink")
    #expect(settings.zone.name == "Asia/Shanghai" && settings.weekStart == .sunday)
    #expect(settings.maxDataAgeMs == 2 * Instant.dayMs)
    #expect(settings.stages[0].expression.text == "days(activity, 7d) >= 1 and count(any) > 5")
    #expect(settings.stages[1].expression.text == "true")
    #expect(settings.suggest.isEmpty)
    #expect(settings.events["push_received"]?.label == "推送到达")
    #expect(settings.events["grant"]?.system == true)
    #expect(settings.labels == ["loyal": "熟客"])
    #expect(settings.feeds == [Feed(file: "/srv/exports/events-*.csv", overlap: true)])
    #expect(settings.forecast == Forecast(event: "buy", unitMs: 7 * Instant.dayMs))
    #expect(settings.addresses.email == "mail" && settings.addresses.phone == "phone")
    #expect(settings.requireConsent && settings.caps.count == 1)
    #expect(settings.quiet?.fromMinute == 1350 && settings.holdout == 0.025)
    #expect(settings.monthlyBudget == 5_000_000_000)
    #expect(settings.unsubscribeURL == "https://example.org/u/")
    #expect(settings.channels.map(\.name) == ["email", "sms", "command"])
    let email = settings.channels[0]
    #expect(email.texts["from"]?.text == "小茶 <tea@example.org>")
    #expect(email.texts["url"]?.text == "smtp://127.0.0.1:2525" && email.cost == 2000)
    #expect(email.ratePerSecond == 20 && email.connections == 4 && email.timeoutMs == 30_000)
    let sms = settings.channels[1]
    #expect(sms.headers.map(\.name) == ["Authorization"] && sms.ratePerSecond == 1.5)
    #expect(sms.texts["body"]?.text == #"{"to":"{{phone}}"}"#)
    #expect(settings.channels[2].argv == ["/usr/local/bin/deliver", "--json"])
    #expect(settings.keys.map(\.action) == ["remind"] && settings.keys[0].key.text == "r")
  }

  @Test func `an expression knows where it stands`() throws {
    let settings = try Settings(
      yaml: """
        stages:
          熟客:   days(activity, 7d) >= 1
          quoted: "true"
          block: |
            count(any) > 5
        bands:
          熟客: { 新: 'age < 7d' }
        """)
    let places = settings.stages.map { [$0.expression.line, $0.expression.column] }
    #expect(places == [[2, 9], [3, 12], [5, 5]])
    #expect(settings.stages.allSatisfy { $0.expression.file == "kith.yaml" })
    #expect(settings.bands[0].rules[0].expression.column == 13)
  }

  @Test func `quiet hours and caps can be turned off`() throws {
    let settings = try Settings(yaml: "quiet: none\ncaps: []\n")
    #expect(settings.quiet == nil && settings.caps.isEmpty)
    #expect(try Settings(yaml: "quiet: { from: \"08:00\", to: \"08:00\" }").quiet == nil)
    #expect(try Settings(yaml: "quiet:\nchannels:\n").quiet == nil)
  }

  @Test func `the file that init writes is read again`() throws {
    for (name, language) in [("tea \"x\": #1", "en"), ("茶", nil)] as [(String, String?)] {
      let text = settingsTemplate(name: name, language: language, zone: "Asia/Tokyo")
      let settings = try Settings(yaml: text)
      #expect(settings.name == name && settings.language == language)
      #expect(settings.zone.name == "Asia/Tokyo")
    }
  }

  @Test func `a newer format stops`() {
    #expect(throws: StoreError.newerFormat(file: "kith.yaml", format: 2)) {
      try Settings(yaml: "format: 2\nmagic: { deep: 1 }\n")
    }
  }

  @Test(arguments: try CaseFile.all(in: "Cases"))
  func `a mistake is shown where it is`(file: CaseFile) throws {
    let error = #expect(throws: StoreError.self) { try Settings(yaml: file.input) }
    try file.expect(error?.diagnostic.text() ?? "no mistake\n")
  }
}
