import KithCampaigns
import KithStore

/// What dialogs, prompts and the flash line say.
extension Word {
  static let tagPrompt = Word("tag {0}", "标签 {0}")
  static let tagRemedy = Word("-name takes a tag off", "-名称 表示移除标签")
  static let notePrompt = Word("note on {0}", "备注 {0}")
  static let ownerPrompt = Word("owner of {0}", "{0} 的负责人")
  static let ownerRemedy = Word("empty takes the owner away", "留空表示移除负责人")
  static let peopleCount = Word("{0} users", one: "{0} user", "{0} 位用户")
  static let sortTitle = Word("sort by", "排序")
  static let sortTwice = Word("again: the other way round", "再按一次：反向")
  static let helpTitle = Word("keys", "按键")
  static let whyTitle = Word("why: {0}", "原因：{0}")
  static let against = Word("{0}, against {1}", "{0}，对比 {1}")
  static let absent = Word("absent", "没有")
  static let earlierEvents = Word("… {0} earlier", "… 更早的 {0} 条")
  static let confirmTitle = Word("sure?", "确认")
  static let confirmMany = Word("{0}: {1} users", "{0}：{1} 位用户")
  static let confirmUndo = Word("undo: {0}", "撤销：{0}")
  static let yes = Word("yes", "是")
  static let no = Word("no", "否")
  static let quitWhileSending = Word(
    "A send is running. Leave? It pauses and can be resumed.",
    "正在发送。要离开吗？发送会暂停，之后可以继续。")

  static let remindTitle = Word("reminder", "提醒")
  static let name = Word("name", "名称")
  static let template = Word("template", "文案模板")
  static let channel = Word("channel", "触达渠道")
  static let audience = Word("audience", "目标人群")
  static let markedUsers = Word("{0} marked users", one: "{0} marked user", "已选的 {0} 位用户")
  static let matched = Word("matched", "符合")
  static let reached = Word("reached", "触达")
  static let leftOut = Word("left out", "排除")
  static let cost = Word("cost", "费用")
  static let budgetLeft = Word("budget left", "剩余预算")
  static let preview = Word("preview for {0}", "{0} 的预览")
  static let subject = Word("subject", "主题")
  static let noTemplates = Word(
    "no template: kith template new NAME", "没有文案模板：kith template new NAME")
  static let noChannels = Word("no channel in kith.yaml", "kith.yaml 没有触达渠道")
  static let planHint = Word("enter plans; nothing is sent yet", "回车制定计划；此时不会发送")
  static let plannedAs = Word("planned as {0}", "已计划：{0}")
  static let sendHint = Word("X sends", "按 X 发送")
  static let typeToSend = Word(
    "type {0} to send to {0} users", one: "type {0} to send to {0} user", "输入 {0}，向 {0} 位用户发送")
  static let wrongNumber = Word("that is not {0}: nothing is sent", "不是 {0}：未发送")
  static let sendingTo = Word("sending {0}", "正在发送 {0}")
  static let pausing = Word("pausing…", "正在暂停…")
  static let sentAll = Word(
    "{0}: {1} accepted, {2} refused, {3} failed, {4} unknown",
    "{0}：已提交 {1}，被拒 {2}，失败 {3}，结果未知 {4}")
  static let nobodyToReach = Word("nobody is reached", "没有可触达的用户")

  static let tagged = Word("{0}: tagged {1}", "{0}：已加标签 {1}")
  static let untagged = Word("{0}: no longer tagged {1}", "{0}：已移除标签 {1}")
  static let owned = Word("{0}: owner {1}", "{0}：负责人 {1}")
  static let disowned = Word("{0}: no owner", "{0}：无负责人")
  static let undoneIs = Word("undone: {0}", "已撤销：{0}")
  static let redoneIs = Word("redone: {0}", "已重做：{0}")
  static let themeIs = Word("theme {0}", "主题 {0}")
  static let cancelled = Word("cancelled", "已取消")
  static let newest = Word("newest data", "最新数据")
  static let rangeStarted = Word("range: move, then v or space", "区间：移动后按 v 或空格")

  static let rangeTooLong = Word(
    "a range has at most {0} users; * marks all", "区间最多 {0} 位用户；* 选中全部")
  static let unbound = Word("no action on {0}; ? shows the keys", "{0} 没有对应操作；? 查看按键")
  static let noTyping = Word(
    "keys are actions here; / filters, : commands", "此处按键即操作；/ 筛选，: 命令")
  static let noPaste = Word("nothing takes a paste here", "此处不能粘贴")
  static let viewsAre = Word("views: {0}", "视图：{0}")
  static let unknownCommand = Word("no command {0}; try {1}", "没有命令 {0}；可用 {1}")
  static let unknownSort = Word("no sort key {0}; try {1}", "没有排序项 {0}；可用 {1}")
  static let commandNeeds = Word("{0} needs a word after it", "{0} 后面缺少内容")
}

/// Why an action cannot be done now.
extension Word {
  static let whyReadOnly = Word("the store is read-only", "项目为只读")
  static let whyNoUser = Word("no user under the cursor", "光标处没有用户")
  static let whyNoEntry = Word("no entry under the cursor", "光标处没有记录")
  static let whyNotUndoable = Word(
    "imports and sends are listed, not undoable", "导入和发送仅记录，不可撤销")
  static let whyUndone = Word("it is undone already", "已经撤销")
  static let whyNoCampaign = Word("no campaign under the cursor", "光标处没有运营计划")
  static let whyNotDraft = Word("only a draft is planned", "只有草稿可以制定计划")
  static let whyNotSendable = Word("only a planned or paused campaign is sent", "只有已计划或已暂停的可以发送")
  static let whySending = Word("a send is running", "正在发送")
  static let whyNotSending = Word("nothing is being sent", "没有正在发送的计划")
  static let whySent = Word("it is sent", "已经发送")
  static let whyNotPlanned = Word("it has no plan yet: enter plans", "尚无计划：回车制定")
  static let whyPlanned = Word("it is planned already", "已经制定计划")
  static let whyIncomplete = Word("choose a template and a channel first", "请先选择文案模板和触达渠道")
  static let whyNewest = Word("this is the newest data", "已是最新数据")
  static let whyNoPast = Word("no data yet", "还没有数据")
  static let whyTimeTravel = Word("decisions are made at the newest data: =", "请先回到最新数据再操作：=")
}

extension Words {
  /// Why users are left out of a campaign.
  func reason(_ reason: ExclusionReason) -> String {
    let word: Word =
      switch reason {
      case .junk: Word("junk", "垃圾用户")
      case .suppressed: Word("suppressed", "禁发名单")
      case .noAddress: Word("no address", "无联系方式")
      case .noConsent: Word("no consent", "未授权")
      case .sameAddress: Word("same address", "地址重复")
      case .lacksVariable: Word("lacks a variable", "缺少变量")
      case .heldOut: Word("held out", "对照组")
      case .overCap: Word("over the cap", "超过频次上限")
      case .overBudget: Word("over the budget", "超出预算")
      }
    return self(word)
  }

  /// A decision in one line.
  func decision(_ decision: Decision) -> String {
    switch decision {
    case .tagAdd(let tag, let users): self(.tagged, people(users), tag)
    case .tagRemove(let tag, let users): self(.untagged, people(users), tag)
    case .note("", _): self(Word("note on an erased user", "已抹除用户的备注"))
    case .note(let user, let text): self(Word("{0}: note: {1}", "{0}：备注：{1}"), user, text)
    case .owner("", let users): self(.disowned, people(users))
    case .owner(let owner, let users): self(.owned, people(users), owner)
    case .suppressAdd(let hashes, let reason):
      self(Word("{0} addresses suppressed: {1}", "{0} 个地址禁发：{1}"), "\(hashes.count)", reason)
    case .suppressRemove(let hashes):
      self(Word("{0} addresses allowed again", "{0} 个地址解除禁发"), "\(hashes.count)")
    case .imported(_, let files, let rows, let rejected, _):
      self(
        Word("import {0}: {1} rows, {2} rejected", "导入 {0}：{1} 行，{2} 行未导入"),
        files.map(\.name).joined(separator: " "), grouped(rows), grouped(rejected))
    case .campaign(let name, _, let step):
      self(Word("campaign {0}: {1}", "运营计划 {0}：{1}"), name, state(step))
    case .alias(let users):
      self(Word("one person: {0}", "同一用户：{0}"), users.joined(separator: " "))
    case .forget: self(Word("a user was erased", "已抹除一位用户"))
    case .undo(let entry): self(Word("undo of {0}", "撤销 {0}"), entry)
    case .redo(let entry): self(Word("redo of {0}", "重做 {0}"), entry)
    }
  }

  func people(_ users: UserList) -> String {
    switch users {
    case .named([]): self(Word("an erased user", "已抹除的用户"))
    case .named(let ids) where ids.count == 1: ids[0]
    case .named(let ids): self(.peopleCount, grouped(ids.count))
    case .set(_, let count): self(.peopleCount, grouped(count))
    }
  }
}
