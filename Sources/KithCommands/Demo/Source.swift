/// Where people hear of the shop, and how well those who come that way take to it.
struct Source {
  let name: String
  /// Share of arrivals in the first days and in the last: ways to a shop come and go.
  let early: Double
  let late: Double
  /// Shares of ``Habit`` among those who come this way, in the order of its cases.
  let habits: [Double]
  /// Share of those abroad.
  let abroad: Double

  /// In the order of `habits`: taster, casual, festive, regular, devoted.
  static let all = [
    Source(name: "search", early: 22, late: 18, habits: [30, 34, 8, 24, 3], abroad: 0.45),
    Source(name: "ads", early: 20, late: 13, habits: [58, 27, 6, 8.6, 0.4], abroad: 0.25),
    Source(name: "wechat", early: 24, late: 18, habits: [33, 31, 11, 22, 2.5], abroad: 0.05),
    Source(name: "xiaohongshu", early: 4, late: 22, habits: [46, 30, 6, 17, 1], abroad: 0.03),
    Source(name: "friend", early: 14, late: 16, habits: [16, 28, 10, 39, 7], abroad: 0.28),
    Source(name: "market stall", early: 9, late: 5, habits: [22, 32, 18, 24, 4], abroad: 0.02),
    Source(name: "newsletter", early: 7, late: 8, habits: [24, 34, 10, 29, 3], abroad: 0.75),
  ]

  /// The source of someone who first comes on a day, `progress` being 0 on the shop's first day and 1
  /// on its last. Stalls stand at weekends; ads run most before the sales of November.
  static func drawn(_ progress: Double, weekend: Bool, sale: Bool, _ chance: inout Chance) -> Int {
    chance.index(
      all.map { source in
        let share = source.early + (source.late - source.early) * progress
        switch source.name {
        case "market stall": return weekend ? share * 2.4 : share * 0.2
        case "ads": return sale ? share * 1.8 : share
        default: return share
        }
      })
  }
}

/// What the shop becomes in someone's life.
enum Habit: Int {
  /// Looks in once or twice.
  case taster
  /// Comes by now and then.
  case casual
  /// Buys gifts when the festivals come.
  case festive
  /// Has a cup of it every week.
  case regular
  /// Lives with it, and says so.
  case devoted
}
