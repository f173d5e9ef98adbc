/// What the shop sells, by category.
enum Catalogue {
  struct Item {
    let name: String
    /// Price in hundredths.
    let cents: Int
  }

  struct Category {
    let name: String
    let items: [Item]
    /// How much it draws in spring, summer, autumn and winter.
    let pull: [Double]

    fileprivate init(_ name: String, pull: [Double], _ items: [(String, Int)]) {
      self.name = name
      self.pull = pull
      self.items = items.map { Item(name: $0.0, cents: $0.1 * 100) }
    }
  }

  static let categories = [
    Category(
      "green", pull: [2.4, 1.4, 0.7, 0.4],
      [
        ("明前龙井", 268), ("碧螺春", 198), ("黄山毛峰", 128), ("安吉白茶", 168), ("sencha", 92),
      ]),
    Category(
      "oolong", pull: [0.9, 0.9, 1.3, 1.2],
      [
        ("铁观音", 118), ("大红袍", 299), ("凤凰单丛", 238), ("东方美人", 216), ("milk oolong", 86),
      ]),
    Category(
      "puer", pull: [0.8, 0.7, 1.2, 1.7],
      [
        ("老班章生饼", 880), ("宫廷熟普", 158), ("小青柑", 89), ("七子饼", 328), ("puer mini tuo", 66),
      ]),
    Category(
      "black", pull: [0.8, 0.5, 1.0, 1.5],
      [("正山小种", 138), ("祁门红茶", 126), ("滇红金芽", 148), ("Earl Grey", 58)]),
    Category(
      "white", pull: [1.0, 1.0, 1.0, 1.0],
      [("白毫银针", 288), ("白牡丹", 148), ("寿眉老茶", 108)]),
    Category(
      "flower", pull: [0.9, 1.5, 0.9, 0.7],
      [("茉莉花茶", 76), ("金银花", 49), ("桂花乌龙", 82), ("cold brew box", 69)]),
    Category(
      "teaware", pull: [0.7, 0.6, 0.9, 1.0],
      [("盖碗", 128), ("紫砂壶", 560), ("公道杯", 68), ("旅行茶具", 199), ("glass teapot", 145)]),
    Category(
      "gift", pull: [0.4, 0.2, 1.3, 1.1],
      [("中秋礼盒", 399), ("新年礼盒", 468), ("tasting set", 99)]),
  ]

  /// No category draws more than this in any season.
  static let highestPull = 2.4

  /// The monthly box of the subscribers, in hundredths.
  static let boxCents = 8800

  /// The category of presents: the last.
  static let gift = categories.count - 1
}
