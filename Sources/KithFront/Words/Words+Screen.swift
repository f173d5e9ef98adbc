/// What stands on the screens: headers, columns, facts.
extension Word {
  static let userTotal = Word("{0} users", one: "{0} user", "{0} 用户")
  static let eventTotal = Word("{0} events", one: "{0} event", "{0} 事件")
  static let events = Word("events", "事件")
  static let dataUntil = Word("data until {0}, {1}", "数据截至 {0}，{1}")
  static let asOf = Word("as of {0}", "截至 {0}")
  static let noData = Word("no data yet", "还没有数据")
  static let noDataRemedy = Word(
    "bring in a log: kith import FILE.csv", "导入事件：kith import FILE.csv")
  static let nobodyYet = Word("nobody had come by then", "那时还没有用户")
  static let nobodyYetRemedy = Word("= returns to the newest data", "按 = 返回最新数据")
  static let opening = Word("opening…", "正在打开…")
  static let working = Word("working…", "处理中…")
  static let readOnly = Word("read-only", "只读")
  static let newData = Word("new data: = shows it", "有新数据：按 = 查看")
  static let sendingShort = Word("sending {0} of {1}", "发送中 {0}/{1}")

  static let usersView = Word("Users", "用户")
  static let campaignsView = Word("Campaigns", "运营计划")
  static let journalView = Word("Journal", "操作日志")

  static let last = Word("last", "最近")
  static let days = Word("days", "天数")
  static let value = Word("value", "价值")
  static let user = Word("user", "用户")
  static let owner = Word("owner", "负责人")
  static let tags = Word("tags", "标签")
  static let band = Word("band", "细分状态")
  static let source = Word("source", "来源渠道")
  static let nobody = Word("nobody here", "没有用户")
  static let noMatch = Word("nobody matches the filter", "没有符合条件的用户")

  static let now = Word("now", "刚刚")
  static let minutesAgo = Word("{0} min ago", "{0} 分钟前")
  static let hoursAgo = Word("{0} h ago", "{0} 小时前")
  static let daysAgo = Word("{0} days ago", one: "{0} day ago", "{0} 天前")
  static let minutes = Word("{0}m", "{0}分")
  static let hours = Word("{0}h", "{0}时")
  static let daysShort = Word("{0}d", "{0}天")
  static let yearsShort = Word("{0}y", "{0}年")

  static let activity = Word("activity", "活跃度")
  static let since = Word("since {0}", "{0} 起")
  static let ownerIs = Word("owner {0}", "负责人 {0}")
  static let sourceIs = Word("source {0}", "来源渠道 {0}")
  static let rhythmIs = Word("rhythm {0}d", "周期 {0} 天")
  static let eventCount = Word("{0} events", one: "{0} event", "{0} 个事件")
  static let valueIs = Word("value {0}", "价值 {0}")
  static let lateFor = Word("late: {0} days, usually {1}", "超期：{0} 天未来，通常 {1} 天")
  static let attributes = Word("attributes", "用户属性")
  static let notes = Word("notes", "备注")
  static let messages = Word("messages received", "触达记录")
  static let calendar = Word("a year of activity", "一年活跃度")
  static let timeline = Word("timeline", "行为序列")
  static let none = Word("none", "无")

  static let time = Word("time", "时间")
  static let by = Word("by", "操作人")
  static let decision = Word("decision", "操作")
  static let undoneMark = Word("undone", "已撤销")
  static let absentMark = Word("absent", "未入库")
  static let journalEmpty = Word("no decision yet", "还没有操作")

  static let campaign = Word("campaign", "运营计划")
  static let state = Word("state", "状态")
  static let treated = Word("treated", "触达组")
  static let accepted = Word("accepted", "已提交")
  static let refused = Word("refused", "被拒")
  static let failedCount = Word("failed", "失败")
  static let unknown = Word("unknown", "结果未知")
  static let waiting = Word("waiting", "等待中")
  static let campaignsEmpty = Word(
    "no campaign yet: r on the users starts one", "还没有运营计划：在用户处按 r 新建")

  static let match = Word("{0} of {1} match", "{1} 人中 {0} 人符合")
  static let matchCount = Word("{0} match", "{0} 人符合")
  static let marked = Word("{0} marked", "已选 {0} 人")
}

/// Where a campaign stands, in words.
extension Words {
  func state(_ name: String) -> String {
    let word: Word? =
      switch name {
      case "draft": Word("draft", "草稿")
      case "planned": Word("planned", "已计划")
      case "sending": Word("sending", "发送中")
      case "paused": Word("paused", "已暂停")
      case "sent": Word("sent", "已发送")
      case "closed": Word("closed", "已结束")
      case "cancelled": Word("cancelled", "已取消")
      default: nil
      }
    return word.map { self($0) } ?? name
  }

  /// The outcome of a message.
  func outcome(_ name: String) -> String {
    let word: Word? =
      switch name {
      case "accepted": .accepted
      case "refused": .refused
      case "failed": .failedCount
      case "unknown": .unknown
      default: nil
      }
    return word.map { self($0) } ?? name
  }
}
