import KithStore

/// The names and values that a sample is made of: plain ones, and those that are easily got wrong.
struct Vocabulary {
  enum Kind: CaseIterable { case number, text, date, boolean, mixed, large }

  var users: [String]
  var events: [String]
  var sources: [String]
  var properties: [(name: String, kind: Kind)]
  var attributes: [(name: String, kind: Kind)]
  static let tags = ["core", "junk", "vip", "é", "重要"]
  static let owners = ["lee", "王"]
  static let campaigns = ["winback", "any", "召回"]

  private static let eventNames = [
    "purchase", "view", "signup", "push", "购买", "say \"hi\"", "any", "activity", "true", "a-b",
    "x y", "é", "e\u{301}", "2x", "in", "back\\slash", "within", "d", "ＡＢ", "view ",
  ]
  private static let columnNames = [
    "n", "city", "where", "类别", "a.b", "é", "e\u{301}", "plan", "2nd", "any", "or", "x y",
  ]
  private static let attributeNames = [
    "city", "stage", "age", "level", "n", "会员", "first", "e\u{301}", "value",
  ]

  init(_ chance: inout Chance, users count: Int) {
    let odd = ["é", "e\u{301}", "用户", "0007", "7", "U1", "u1 "]
    users = (0..<count).map { $0 < odd.count && chance.isOne(in: 3) ? odd[$0] : "u\($0)" }
    events = Vocabulary.some(Self.eventNames, 2...6, &chance)
    sources = Vocabulary.some(["ads", "Ads", "search", "朋友", "é", "e\u{301}"], 1...4, &chance)
    properties = []
    attributes = []
    for name in Vocabulary.some(Self.columnNames, 0...4, &chance) {
      properties.append((name, chance.pick(Kind.allCases)))
    }
    for name in Vocabulary.some(Self.attributeNames, 0...4, &chance) {
      attributes.append((name, chance.pick(Kind.allCases)))
    }
  }

  private static func some(
    _ names: [String], _ range: ClosedRange<Int>, _ chance: inout Chance
  ) -> [String] {
    Array(names.shuffled(using: &chance).prefix(chance.within(range)))
  }

  /// The text of a cell; sometimes empty.
  static func cell(_ kind: Kind, _ chance: inout Chance) -> String {
    if chance.isOne(in: 6) { return "" }
    return switch kind {
    case .number: chance.pick(["0", "1", "2", "3", "5", "5.0", "+5", "-0", "-2.5", "00.50", "0.1"])
    case .text: chance.pick(texts)
    case .date: chance.pick(["2026-03-08", "2026-03-07", "1999-12-31", "2026-10-25"])
    case .boolean: chance.pick(["true", "false"])
    case .mixed: chance.pick(["1", "2", "01", "2026-03-08", "true", "shoes", "1.0", "30d"])
    case .large:
      chance.pick([
        "123456789012345678", "-123456789012345678", "0.00000000000000001", "1",
        "99999999999999.25",
      ])
    }
  }

  static let texts = [
    "shoes", "Shoes", "SHOES", "鞋", "straße", "é", "e\u{301}", "5", "true", "a b", "x\"y\\z", "İ",
    "ſ", "-", "a\u{1F}b", "🙂",
  ]
}
