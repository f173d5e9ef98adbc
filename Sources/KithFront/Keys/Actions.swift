extension Action {
  /// Every action, in the order of footer and help.
  static let all: [Action] = people + time + campaign + movement + lines + everywhere

  static subscript(_ id: ID) -> Action? { all.first { $0.id == id } }

  private static let people: [Action] = [
    Action(
      .open, "enter", in: [.users, .journal], Word("open what is under the cursor", "打开光标处的内容"),
      footer: Word("open", "打开")),
    Action(
      .mark, "space", in: [.users], Word("mark the user, or end a range", "选中用户，或结束区间"),
      footer: Word("mark", "选中")),
    Action(
      .tag, "t", in: [.users, .user], Word("tag; -name takes a tag off", "加标签；-名称 表示移除"),
      footer: Word("tag", "标签")),
    Action(
      .core, "c", in: [.users, .user], Word("make core, or no longer core", "设为或取消核心用户"),
      footer: Word("core", "核心")),
    Action(
      .remind, "r", in: [.users, .user],
      Word("remind the marked users, else the pane", "提醒已选用户，否则提醒整个列表"),
      footer: Word("remind", "提醒")),
    Action(
      .filter, "/", in: [.users], Word("filter all panes by an expression", "按分群条件筛选所有列表"),
      footer: Word("filter", "筛选")),
    Action(
      .why, "E", in: [.users, .user],
      Word("why the user matches the filter, or stands in this stage", "为何符合筛选，或处于此阶段"),
      footer: Word("why", "原因")),
    Action(
      .owner, "o", in: [.users, .user], Word("set the owner", "设置负责人"),
      footer: Word("owner", "负责人")),
    Action(
      .note, "n", in: [.users, .user], Word("write a note", "写备注"), footer: Word("note", "备注")),
    Action(
      .undo, "u", in: Context.views,
      Word("undo your last decision; in the journal, this one", "撤销上一次操作；在日志中撤销此项"),
      footer: Word("undo", "撤销")),
    Action(.redo, "U", in: Context.views, Word("redo what was undone", "重做已撤销的操作")),
    Action(
      .sort, "s", in: [.users], Word("sort the pane", "排序"), footer: Word("sort", "排序")),
    Action(
      .zoom, "z", in: [.users], Word("show one pane alone, or all", "单独显示一个列表，或全部显示"),
      footer: Word("zoom", "放大")),
    Action(.markAll, "*", in: [.users], Word("mark all of the pane, or none", "选中列表全部，或取消")),
    Action(
      .markRange, "v", in: [.users], Word("mark a range: start, move, end", "选中区间：开始、移动、结束")),
    Action(.others, "J", in: [.users], Word("show junk and other stages", "显示垃圾用户等其他阶段")),
  ]

  private static let time: [Action] = [
    Action(
      .earlier, "[", in: [.users], Word("a day earlier", "前一天"), footer: Word("earlier", "前一天")),
    Action(.later, "]", in: [.users], Word("a day later", "后一天")),
    Action(.weekEarlier, "{", in: [.users], Word("a week earlier", "前一周")),
    Action(.weekLater, "}", in: [.users], Word("a week later", "后一周")),
    Action(
      .newest, "=", in: Context.views, Word("the newest data, read again", "最新数据，重新读取")),
  ]

  private static let campaign: [Action] = [
    Action(
      .plan, "p", in: [.campaigns], Word("plan: freeze the audience", "制定计划：固定目标人群"),
      footer: Word("plan", "计划")),
    Action(
      .plan, "enter", in: [.reminder], Word("plan: freeze the audience", "制定计划：固定目标人群"),
      footer: Word("plan", "计划")),
    Action(
      .send, "X", in: [.campaigns, .reminder],
      Word("send; asks for the number of people", "发送；需输入人数"), footer: Word("send", "发送")),
    Action(
      .pause, "P", in: [.campaigns, .reminder], Word("pause the send", "暂停发送"),
      footer: Word("pause", "暂停")),
    Action(
      .nextChoice, "right l space", in: [.reminder], Word("the next choice", "下一选项"),
      footer: Word("choose", "选择")),
    Action(.previousChoice, "left h", in: [.reminder], Word("the choice before", "上一选项")),
    Action(
      .nextField, "down tab j", in: [.reminder], Word("the next field", "下一项"),
      footer: Word("next", "下一项")),
    Action(.previousField, "up shift-tab k", in: [.reminder], Word("the field before", "上一项")),
  ]

  private static let movement: [Action] = [
    Action(.down, "j down", in: Context.scrolls, Word("down", "下移")),
    Action(.up, "k up", in: Context.scrolls, Word("up", "上移")),
    Action(.halfDown, "ctrl-d", in: Context.scrolls, Word("half a page down", "下移半页")),
    Action(.halfUp, "ctrl-u", in: Context.scrolls, Word("half a page up", "上移半页")),
    Action(.pageDown, "pgdn ctrl-f", in: Context.scrolls, Word("a page down", "下一页")),
    Action(.pageUp, "pgup ctrl-b", in: Context.scrolls, Word("a page up", "上一页")),
    Action(.top, "g home", in: Context.scrolls, Word("to the top", "到顶部")),
    Action(.bottom, "G end", in: Context.scrolls, Word("to the end", "到末尾")),
    Action(.right, "l right", in: [.users], Word("the pane to the right", "右侧列表")),
    Action(.left, "h left", in: [.users], Word("the pane to the left", "左侧列表")),
    Action(
      .nextPane, "tab", in: [.users], Word("the next pane", "下一个列表"), footer: Word("pane", "切换")),
    Action(.previousPane, "shift-tab", in: [.users], Word("the pane before", "上一个列表")),
  ]

  private static let lines: [Action] = [
    Action(
      .accept, "enter", in: [.line, .sorting], Word("take it", "确定"), footer: Word("take", "确定")),
    Action(
      .complete, "tab", in: [.line], Word("complete the word", "补全"), footer: Word("complete", "补全")
    ),
    Action(.historyUp, "up ctrl-p", in: [.line], Word("an earlier line", "上一条历史")),
    Action(.historyDown, "down ctrl-n", in: [.line], Word("a later line", "下一条历史")),
    Action(.yes, "y enter", in: [.confirm], Word("do it", "执行"), footer: Word("yes", "是")),
    Action(.no, "n esc q ctrl-c", in: [.confirm], Word("leave it", "不执行"), footer: Word("no", "否")),
  ]

  private static let everywhere: [Action] = [
    Action(
      .usersView, "2", in: Context.views, Word("the users", "用户")),
    Action(.campaignsView, "4", in: Context.views, Word("the campaigns", "运营计划")),
    Action(.journalView, "7", in: Context.views, Word("the journal", "操作日志")),
    Action(
      .back, "esc", in: [.users, .journal, .campaigns],
      Word("clear the filter, then the marks", "清除筛选，再清除选中")),
    Action(
      .back, "esc q backspace h left", in: [.user], Word("back to the users", "返回用户"),
      footer: Word("back", "返回")),
    Action(
      .back, "esc ctrl-c", in: [.reminder, .line], Word("leave it; the text is kept", "离开；内容保留"),
      footer: Word("leave", "离开")),
    Action(
      .back, "esc q ? ctrl-c", in: [.help], Word("close the help", "关闭帮助"),
      footer: Word("close", "关闭")),
    Action(
      .back, "esc q E ctrl-c", in: [.why], Word("close it", "关闭"), footer: Word("close", "关闭")),
    Action(
      .back, "esc q s ctrl-c", in: [.sorting], Word("leave it as it is", "保持不变"),
      footer: Word("leave", "离开")),
    Action(
      .command, ":", in: Context.views, Word("a command line", "命令行"), footer: Word("command", "命令")
    ),
    Action(
      .help, "?", in: Context.views.union([.reminder]), Word("the keys of this view", "此处的按键"),
      footer: Word("help", "帮助")),
    Action(
      .quit, "q ctrl-c", in: Context.lists, Word("leave Kith", "退出"), footer: Word("quit", "退出")),
    Action(.quit, "ctrl-c", in: [.user], Word("leave Kith", "退出")),
  ]
}
