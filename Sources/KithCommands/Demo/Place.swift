/// Where the shop's people live.
struct Place {
  let city: String
  let country: String
  let timeZone: String
  /// Hours that clocks there are ahead of the shop's; daylight saving is left out.
  let hoursAhead: Int
  let isChinese: Bool
  let weight: Double

  fileprivate init(
    _ city: String, _ country: String, _ timeZone: String, _ hoursAhead: Int, chinese: Bool,
    _ weight: Double
  ) {
    self.city = city
    self.country = country
    self.timeZone = timeZone
    self.hoursAhead = hoursAhead
    isChinese = chinese
    self.weight = weight
  }

  static let all = [
    Place("杭州", "CN", "Asia/Shanghai", 0, chinese: true, 15),
    Place("上海", "CN", "Asia/Shanghai", 0, chinese: true, 13),
    Place("北京", "CN", "Asia/Shanghai", 0, chinese: true, 10),
    Place("广州", "CN", "Asia/Shanghai", 0, chinese: true, 8),
    Place("成都", "CN", "Asia/Shanghai", 0, chinese: true, 7),
    Place("苏州", "CN", "Asia/Shanghai", 0, chinese: true, 5),
    Place("武汉", "CN", "Asia/Shanghai", 0, chinese: true, 4),
    Place("福州", "CN", "Asia/Shanghai", 0, chinese: true, 3),
    Place("Hong Kong", "HK", "Asia/Hong_Kong", 0, chinese: true, 4),
    Place("Singapore", "SG", "Asia/Singapore", 0, chinese: false, 5),
    Place("Kuala Lumpur", "MY", "Asia/Kuala_Lumpur", 0, chinese: false, 3),
    Place("London", "GB", "Europe/London", -8, chinese: false, 6),
    Place("Berlin", "DE", "Europe/Berlin", -7, chinese: false, 4),
    Place("Paris", "FR", "Europe/Paris", -7, chinese: false, 3),
    Place("New York", "US", "America/New_York", -13, chinese: false, 4),
    Place("San Francisco", "US", "America/Los_Angeles", -16, chinese: false, 4),
    Place("Toronto", "CA", "America/Toronto", -13, chinese: false, 2),
  ]
}
