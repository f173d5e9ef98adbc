/// What a column of an import can be, apart from a property, and by which headers it is known.
enum Field: String, CaseIterable {
  case user = "user_id"
  case time, event, value, source
  case eventID = "event_id"
  case updatedAt = "updated_at"

  static let ofEvents: [Field] = [.user, .time, .event, .value, .source, .eventID]
  static let ofUsers: [Field] = [.user, .updatedAt]

  /// Headers that are the field's own name.
  var names: [String] { self == .user ? ["user_id", "user"] : [rawValue] }

  /// Headers that count where no column has the field's own name; lower case, `_` between words.
  ///
  /// `event_id` has none: an export leaves that column out where there are no ids, and a property
  /// that is called so must stay a property when it is imported again.
  var synonyms: [String] {
    switch self {
    case .user:
      [
        "user_id", "user", "uid", "userid", "distinct_id", "customer_id", "member_id", "用户id",
        "用户编号", "用户", "用户标识", "会员id", "会员编号", "会员号", "客户id", "客户编号",
      ]
    case .time:
      [
        "time", "timestamp", "event_time", "datetime", "date", "created_at", "occurred_at", "ts",
        "时间", "事件时间", "发生时间", "时间戳", "日期", "创建时间",
      ]
    case .event:
      [
        "event", "event_name", "event_type", "action", "事件", "事件名称", "事件名", "行为", "行为类型",
        "动作",
      ]
    case .value: ["value", "amount", "revenue", "金额", "数值", "值"]
    case .source: ["source", "channel", "utm_source", "来源", "来源渠道", "渠道"]
    case .eventID: []
    case .updatedAt: ["updated_at", "update_time", "更新时间"]
    }
  }
}
