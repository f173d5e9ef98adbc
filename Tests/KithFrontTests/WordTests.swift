import KithCampaigns
import KithSegments
import KithStore
import KithSystem
import KithTestSupport
import Testing

@testable import KithFront

struct WordTests {
  @Test(arguments: [
    (nil, ["LANG": "zh_CN.UTF-8"], Language.chinese), (nil, ["LANG": "C"], .english),
    (nil, [:], .english),
    (nil, ["LC_ALL": "en_GB", "LANG": "zh_CN"], .english), ("zh-Hans", ["LANG": "C"], .chinese),
    ("en", ["LANG": "zh_CN"], .english), (nil, ["LC_ALL": "", "LANG": "zh_TW"], .chinese),
  ])
  func `the language is the setting's, else the variables'`(
    _ setting: String?, _ variables: [String: String], _ language: Language
  ) {
    #expect(Language(setting: setting, variables: Variables(variables)) == language)
  }

  @Test func `parts are put in by number, and braces in them stay`() {
    let word = Word("{0} of {1} match", "{1} 人中 {0} 人符合")
    #expect(Words(language: .english)(word, "3", "{0}") == "3 of {0} match")
    #expect(Words(language: .chinese)(word, "3", "1,204") == "1,204 人中 3 人符合")
  }

  @Test func `every mistake of an expression has Chinese words, with all its parts`() throws {
    let snapshot =
      #filePath.replacing("KithFrontTests/WordTests.swift", with: "")
      + "KithSegmentsTests/Snapshots/mistakes.txt"
    let forms = String(decoding: try readFile(snapshot), as: UTF8.self).split(separator: "\n")
    #expect(forms.count > 100)
    for form in forms {
      let chinese = Words.diagnostics[String(form)]
      #expect(chinese != nil, "\(form)")
      for part in ["{0}", "{1}", "{2}", "{3}"] {
        #expect(form.contains(part) == chinese?.contains(part), "\(form)")
      }
    }
  }

  @Test(arguments: [
    ("count(any) > )", "此处应为数字、文本、日期或时长，却是 `)` (1:14)"),
    ("did(", "此处应为事件、时间窗口或 `did` 的其他参数，却是 结尾 (1:5)"),
    ("cuont(any) > 1", "没有这个指标：`cuont` (1:1): 是否想写 `count`？"),
  ])
  func `a mistake is told in Chinese`(_ text: String, _ line: String) {
    let mistake = #expect(throws: Mistake.self) { try Parser.parse(text) }
    guard let diagnostic = mistake?.diagnostic(in: SourceText(text)) else { return }
    #expect(Words(language: .chinese)(diagnostic).line == line)
    #expect(Words(language: .english)(diagnostic) == diagnostic)
  }

  /// What an operator may meet while the interface is open, and what it says of it.
  private static let errors: [any Explained] = {
    func file(_ reason: FileError.Reason, _ operation: String = "write") -> StoreError {
      .file(FileError(operation: operation, name: "journal/x.jsonl", reason: reason))
    }
    let holder = LockHolder(
      user: "lin", host: "desk", process: 7, since: Instant(milliseconds: 0))
    let reasons: [FileError.Reason] = [
      .missing, .exists, .denied, .readOnly, .full, .notAFile, .notADirectory, .isALink, .tooLarge,
      .exhausted("Cannot allocate memory"), .failed("Input/output error"),
    ]
    let operations = [
      "list", "lock", "look at", "make", "make private", "map", "open", "read", "remove", "rename",
      "sync", "write",
    ]
    let store: [StoreError] = [
      .newerFormat(file: "x", format: 2), .busy(path: "x", holder: holder),
      .damaged(file: "x", line: 3, problem: "it is missing"),
      .damaged(file: "key", line: nil, problem: "it is not the key that manifest.json tells of"),
      .readOnly(.asked), .readOnly(.notOwner), .readOnly(.unknownDecision("x")),
      .noState(path: "x", FileError(operation: "write", name: "writer", reason: .denied)),
    ]
    let decisions: [DecisionMistake] = [
      .tag(.empty), .owner(.tooLong(limit: 64)), .note(.controlCharacter), .userID(.empty),
      .noUsers, .noUser("x"), .aliasOfOne, .nothingToUndo, .nothingToRedo,
      .notUndoable(entry: "x", what: "an import"), .notUndoable(entry: "x", what: "an erasure"),
      .alreadyUndone(entry: "x"), .noEntry("x", nearest: nil), .noEntry("x", nearest: "y"),
    ]
    let now = Instant(milliseconds: 1_792_000_000_000)
    let old = Instant(milliseconds: 1_700_000_000_000)
    let campaigns: [CampaignError] = [
      .badName(kind: "campaign", name: "/"), .exists(kind: "template", name: "x"),
      .missing(kind: "campaign", name: "x", known: []),
      .missing(kind: "campaign", name: "x", known: ["y"]),
      .laterFormat(file: "x", format: "2"), .noChannel(name: "x", known: []),
      .channelNotReady(channel: "x", reason: "no answer"), .notPlanned(campaign: "x"),
      .planTooOld(campaign: "x", planned: now), .sendingElsewhere(holder: "x"),
      .otherWriter(campaign: "x"), .restored(campaign: "x"), .readOnly(store: "x"),
      .damaged(file: "x", problem: "it is not what the plan was made with"),
      .staleData(horizon: nil, now: now, limitMs: 1),
      .staleData(horizon: old, now: now, limitMs: 1),
      .staleData(horizon: now, now: now, limitMs: 1),
    ]
    let states: [CampaignState] = [
      .draft, .planned, .sending, .paused, .sent, .closed, .cancelled,
    ]
    let actions = ["planned", "sent", "paused", "resumed", "cancelled", "taken"]
    var all: [any Explained] = reasons.map { file($0) }
    all += operations.map { file(.full, $0) }
    all += store
    all += decisions.map { StoreError.decision($0) }
    all += campaigns
    all += states.map { CampaignError.state(campaign: "x", $0, action: "sent") }
    all += actions.map { CampaignError.state(campaign: "x", .sent, action: $0) }
    return all
  }()

  /// Whether each form that a diagnostic is made of has Chinese words.
  private func check(_ diagnostic: Diagnostic) {
    func check(_ phrase: Phrase) {
      for case .phrase(let part) in phrase.parts { check(part) }
      guard phrase.form != "{0}" else { return }
      let chinese = Words.diagnostics[phrase.form]
      #expect(chinese != nil, "\(phrase.form) in \(diagnostic.line)")
      for part in ["{0}", "{1}", "{2}", "{3}"] {
        #expect(phrase.form.contains(part) == chinese?.contains(part), "\(phrase.form)")
      }
    }
    #expect(diagnostic.wording != nil, "\(diagnostic.line)")
    guard let wording = diagnostic.wording else { return }
    check(wording.what)
    if let remedy = wording.remedy { check(remedy) }
    #expect(wording.what.text == diagnostic.what)
    #expect(wording.remedy?.text == diagnostic.remedy)
  }

  @Test func `what a reader of a damaged store is told has Chinese words`() throws {
    let disk = SimulatedFileSystem()
    let store = try Store.create(in: disk, timeZone: "UTC", name: "tea", outside: .test())
    let rows = "user_id,time,event\nann,2026-01-01,visit\nbob,2026-01-01,visit\n"
    _ = try store.importEvents([.bytes(name: "a.csv", Array(rows.utf8))])
    try store.decide(.tagAdd(tag: "vip", users: store.userList((0..<100).map { "u\($0)" })))
    _ = try store.forget("bob") { () throws(StoreError) in 0 }
    try store.decide(.note(user: "ann", text: "x"))
    try disk.remove("key")
    for folder in ["events", "journal/sets"] {
      for leaf in try disk.list(folder) { try disk.remove("\(folder)/\(leaf)") }
    }
    let journal = "journal/" + (try disk.list("journal").first { $0.hasSuffix(".jsonl") } ?? "")
    let bytes = try disk.read(journal)
    for damage in [
      { $0[$0.count / 2] ^= 1 }, { $0.removeLast(4) }, { _ in },
    ] as [(inout [UInt8]) -> Void] {
      for leaf in try disk.list("cache") { try disk.remove("cache/" + leaf) }
      var damaged = bytes
      damage(&damaged)
      try disk.writeAtomically(journal, damaged)
      let opened = try Store.open(files: disk, outside: .test())
      _ = try opened.snapshot()
      _ = try opened.decisions()
      let warnings = opened.takeWarnings()
      #expect(warnings.count >= 3)
      for warning in warnings { check(warning) }
    }
  }

  @Test func `errors of files, the store and campaigns have Chinese words, with all their parts`() {
    for error in Self.errors { check(error.diagnostic) }
    let words = Words(language: .chinese)
    #expect(
      words(Self.errors[4].diagnostic).line
        == "无法写入：磁盘已满: journal/x.jsonl: 请腾出空间再试：没有任何改动")
  }

  @Test func `one is one`() {
    let words = Words(language: .english)
    #expect([words(.eventCount, "1"), words(.eventCount, "21")] == ["1 event", "21 events"])
    #expect(Words(language: .chinese)(.eventCount, "1") == "1 个事件")
  }

  @Test(arguments: [
    (0, "0"), (999, "999"), (1000, "1,000"), (1_024_311, "1,024,311"), (-12345, "-12,345"),
  ])
  func `numbers are grouped`(_ number: Int, _ text: String) {
    #expect(grouped(number) == text)
  }

  @Test(arguments: [
    (9_999, "9,999"), (10_000, "10.0k"), (51_234_567, "51.2M"), (123_456_789, "123M"),
    (Int.min, "-9223372T"),
  ])
  func `large numbers are shortened`(_ number: Int, _ text: String) {
    #expect(compact(number) == text)
  }

  @Test(arguments: [
    ("0", "0"), ("1.5", "1.50"), ("1234.567", "1,235"), ("12345678", "12.3M"), ("-7", "-7"),
    ("0.005", "0.01"),
  ])
  func `an amount fits its cells`(_ value: String, _ text: String) throws {
    #expect(amount(try #require(Exact(value)), cells: 6) == text)
  }

  @Test(arguments: [("299", "299.00"), ("0.006", "0.006"), ("-1234.5", "-1,234.50"), ("0", "0.00")])
  func `money keeps every digit`(_ value: String, _ text: String) throws {
    #expect(money(try #require(Exact(value))) == text)
  }

  @Test(arguments: [(100, 103, "+3.0%"), (1000, 988, "−1.2%"), (5, 5, "±0.0%"), (1, 999, "+999%")])
  func `a change has its sign`(_ before: Int, _ after: Int, _ text: String) {
    #expect(change(from: before, to: after) == text)
    #expect(change(from: 0, to: after) == nil)
  }

  @Test(arguments: [
    (0, "0m"), (59, "59m"), (60, "1h"), (2879, "47h"), (2880, "2d"), (11_520, "8d"),
    (1_440_000, "2y"),
  ])
  func `an age is short`(_ minutes: Int, _ text: String) {
    let now = Instant(milliseconds: 1_800_000_000_000)
    let then = now.advanced(by: -60_000 * Int64(minutes))
    #expect(Words(language: .english).age(then, at: now) == text)
  }
}
