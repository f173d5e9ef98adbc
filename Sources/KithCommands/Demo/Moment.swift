/// One event of a simulated life.
struct ShopMoment {
  /// Milliseconds since 1970, UTC.
  var time: Int64
  var event: ShopEvent
  /// Hundredths; nil where the event has no value.
  var cents: Int?
  /// Index into ``Source/all``, or -1.
  var source: Int
  /// Index into ``Catalogue/categories``, or -1.
  var category: Int
  /// Index into the category's items, or -1.
  var item: Int
}

/// What can happen in the shop. The last three are the system's doing.
enum ShopEvent: Int, CaseIterable {
  case signup, view, search, read, purchase, refund, review, post, comment, like, share, checkin
  case addToCart, subscribe, cancelSubscription
  case pushReceived, parcelDelivered, subscriptionRenewed

  /// Its name in the log.
  var name: String { ShopEvent.words[rawValue].name }

  /// What a Chinese reader calls it.
  var label: String { ShopEvent.words[rawValue].label }

  var isSystem: Bool { rawValue >= ShopEvent.pushReceived.rawValue }

  private static let words: [(name: String, label: String)] = [
    ("signup", "注册"), ("view", "浏览"), ("search", "搜索"), ("read", "读文章"),
    ("purchase", "购买"), ("refund", "退款"), ("review", "评价"), ("post", "发帖"),
    ("comment", "评论"), ("like", "点赞"), ("share", "分享"), ("checkin", "签到"),
    ("add_to_cart", "加购"), ("subscribe", "订阅茶盒"), ("cancel_subscription", "取消订阅"),
    ("push_received", "推送到达"), ("parcel_delivered", "包裹送达"),
    ("subscription_renewed", "订阅续费"),
  ]
}
