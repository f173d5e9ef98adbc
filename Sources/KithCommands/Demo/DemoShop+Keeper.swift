import KithStore
import KithSystem

/// What the shop's keeper wrote down: settings, messages, decisions.
extension DemoShop {
  /// The store's kith.yaml. What it leaves out has the default; both channels stay on this machine.
  static let kithYAML = """
    # A made-up shop, to look around in. Every key that is missing here has its default.
    format: 1
    name: 小茶 teashop
    time_zone: \(timeZone)
    # What people are shown instead of a name; what the system does is no activity of theirs.
    events:
    \(eventLines)
    # Whoever tries a reminder at night should see it leave; nobody is disturbed.
    quiet: none
    channels:
      inbox: { file: inbox.jsonl }
      # Nothing listens here unless you start a mail server of your own.
      email: { url: "smtp://127.0.0.1:2525", from: "小茶 <tea@example.org>", tls: none }

    """

  private static var eventLines: String {
    ShopEvent.allCases.map { event in
      let system = event.isSystem ? "system: true, " : ""
      return "  \(event.name): { \(system)label: \(event.label) }"
    }.joined(separator: "\n")
  }

  /// Messages by the names of their files: `templates/<name>.mustache`.
  static let templates: [(name: String, text: String)] = [
    (
      "autumn-inbox",
      """
      ---
      channel: inbox
      subject: 秋茶到了
      ---
      {{name}}，今年的铁观音和凤凰单丛已经到店。
      给您留了一份试饮装，三天内来看看就寄出。——小茶

      """
    ),
    (
      "come-back",
      """
      ---
      channel: email
      subject: "Your tea is waiting, {{name}}"
      ---
      Dear {{name}},

      the autumn oolongs have come in: Tieguanyin from Anxi, and a Phoenix Dancong that we like best
      of all this year. Your first order this week travels with a sample of it.

      小茶 · Teashop

      """
    ),
    (
      "welcome-back",
      """
      ---
      channel: email
      subject: "{{name}}，好久不见"
      ---
      {{name}}，您好：

      最近店里新到了一批秋茶，记得您喜欢坐下来慢慢喝。
      这周回来下单，我们随包裹送您一份试饮装。

      小茶

      """
    ),
  ]

  /// What the keeper decided before we look in: who is core, who works here, which accounts are junk,
  /// who looks after whom, and a few notes.
  ///
  /// The keeper knows loyal people by their ways, not by a measure: some have grown quiet since.
  /// Bots of the last months are left for `suggest` to find.
  static func decisions(
    seed: UInt64, now: Instant, zone: Zone, users: Int = userCount
  ) -> [Decision] {
    let calendar = ShopCalendar(now: now, zone: zone)
    let people = people(seed: seed, calendar: calendar, users)
    func ids(_ chosen: [Person]) -> UserList {
      .named(chosen.map(\.id).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }
    let settled = ShopCalendar.dayCount - 100
    let core = people.filter {
      $0.role == .customer && $0.habit == .devoted && $0.arrival < settled
    }.prefix(users / 95)
    let bots = people.filter { $0.role == .bot && $0.arrival < settled }
    var decisions: [Decision] = [
      .tagAdd(tag: "staff", users: ids(people.filter { $0.role == .staff })),
      .tagAdd(tag: "junk", users: ids(bots)),
      .tagAdd(tag: "core", users: ids(Array(core))),
    ]
    for (place, owner) in ["lin", "may", "阿杰"].enumerated() {
      let theirs = core.enumerated().filter { $0.offset % 4 == place }.map(\.element)
      decisions.append(.owner(owner, users: ids(theirs)))
    }
    decisions += zip(core, notes).map { .note(user: $0.id, text: $1) }
    return decisions.filter { !$0.isEmpty }
  }

  private static let notes = [
    "喜欢喝浓的，寄样品时多放一包单丛。",
    "Asked for loose leaf without the paper box.",
    "开茶馆的朋友，每年清明前来订龙井。",
    "Moved in spring; check the address before sending.",
    "茶友会组织者，可以请她写试饮笔记。",
    "Prefers a message in the evening, never a call.",
    "上次的紫砂壶有磕碰，已补发并道歉。",
    "Brings a friend every few months.",
  ]
}

extension Decision {
  /// Whether it is about nobody, as in a very small shop.
  fileprivate var isEmpty: Bool {
    switch self {
    case .tagAdd(_, .named([])), .owner(_, .named([])): true
    default: false
    }
  }
}
