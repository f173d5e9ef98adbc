import KithSegments
import KithStore
import KithSystem
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
      let chinese = Words.mistakes[String(form)]
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
