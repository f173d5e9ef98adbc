/// Invented names, ids and addresses: none of them can be anyone's.
enum Names {
  private static let surnames: [(String, String)] = [
    ("王", "wang"), ("李", "li"), ("张", "zhang"), ("刘", "liu"), ("陈", "chen"), ("杨", "yang"),
    ("赵", "zhao"), ("黄", "huang"), ("周", "zhou"), ("吴", "wu"), ("徐", "xu"), ("孙", "sun"),
    ("胡", "hu"), ("朱", "zhu"), ("高", "gao"), ("林", "lin"), ("何", "he"), ("郭", "guo"),
    ("马", "ma"), ("罗", "luo"), ("梁", "liang"), ("宋", "song"), ("郑", "zheng"), ("谢", "xie"),
    ("韩", "han"), ("唐", "tang"), ("冯", "feng"), ("董", "dong"), ("叶", "ye"), ("欧阳", "ouyang"),
  ]
  private static let given: [(String, String)] = [
    ("伟", "wei"), ("芳", "fang"), ("娜", "na"), ("敏", "min"), ("静", "jing"), ("丽", "li"),
    ("强", "qiang"), ("磊", "lei"), ("洋", "yang"), ("艳", "yan"), ("勇", "yong"), ("军", "jun"),
    ("杰", "jie"), ("娟", "juan"), ("涛", "tao"), ("明", "ming"), ("超", "chao"), ("霞", "xia"),
    ("梅", "mei"), ("雪", "xue"), ("雨桐", "yutong"), ("子涵", "zihan"), ("浩然", "haoran"),
    ("思远", "siyuan"), ("若曦", "ruoxi"), ("佳怡", "jiayi"), ("建国", "jianguo"), ("晓东", "xiaodong"),
    ("秀英", "xiuying"), ("文静", "wenjing"), ("志远", "zhiyuan"), ("清扬", "qingyang"),
    ("一诺", "yinuo"), ("小满", "xiaoman"),
  ]
  private static let firsts = [
    "Alice", "Ben", "Clara", "Daniel", "Emma", "Felix", "Grace", "Hugo", "Iris", "Jack", "Kate",
    "Leo", "Maya", "Noah", "Olivia", "Paul", "Quinn", "Rosa", "Sam", "Tara", "Uma", "Victor",
    "Wendy",
    "Yusuf", "Zoë", "Aisha", "Björn", "Chloé", "Priya", "Mei", "Kenji", "Siti",
  ]
  private static let lasts = [
    "Adams", "Baker", "Clarke", "Dupont", "Evans", "Fischer", "Garcia", "Hughes", "Ivanova",
    "Jones",
    "Khan", "Larsen", "Müller", "Novak", "O'Brien", "Patel", "Quigley", "Rossi", "Schmidt", "Tan",
    "Usman", "Vogel", "Walker", "Lim", "Young", "Zhang", "Rahman", "Weiss", "Martin", "Chan",
  ]
  private static let nicknames = ["茶🍵", "小茶客", "阿茗", "山野", "tea_and_rain", "不喝咖啡", "月半"]

  /// A name, and a handle of Latin letters that goes with it.
  static func drawn(chinese: Bool, _ chance: inout Chance) -> (name: String, handle: String) {
    if chinese {
      let (surname, latinSurname) = chance.pick(surnames)
      let (first, latinFirst) = chance.pick(given)
      let name = chance.happens(0.04) ? chance.pick(nicknames) + first : surname + first
      return (name, latinFirst + "." + latinSurname)
    }
    let first = chance.pick(firsts)
    let last = chance.pick(lasts)
    return (first + " " + last, latin(first) + "." + latin(last))
  }

  /// Most ids are numbers of the shop's own; older systems left handles and phone numbers.
  static func id(_ index: Int, _ handle: String, _ place: Place, _ chance: inout Chance) -> String {
    let kind = chance.unit()
    if kind < 0.84 { return "u-\(10_000 + index * 7)" }
    if kind < 0.94 { return "\(handle)\(index)" }
    return place.country == "CN" ? "120\(10_000_000 + index * 613)" : "\(handle)@kite.\(index)"
  }

  /// A telephone number out of the ranges kept for stories, where a country has one: London's drama
  /// numbers, 555-01xx; numbers with 120, which no Chinese network gives out. Empty elsewhere.
  static func phone(_ index: Int, _ place: Place) -> String {
    switch place.country {
    case "CN": "+86120\(10_000_000 + index * 613)"
    case "GB": "+447700900\(100 + index % 900)"
    case "US": "+1\(place.city == "New York" ? 212 : 415)55501\(10 + index % 90)"
    default: ""
    }
  }

  /// Small letters of ASCII alone.
  private static func latin(_ name: String) -> String {
    var text = ""
    for scalar in name.lowercased().unicodeScalars {
      switch scalar {
      case "a"..."z": text.unicodeScalars.append(scalar)
      case "ë", "é": text += "e"
      case "ö": text += "o"
      case "ü": text += "u"
      default: break
      }
    }
    return text
  }
}
