import KithSystem

/// Mistakes and warnings of an expression and errors of the store, which their rooms word in English.
extension Words {
  /// A diagnostic in this language, as far as there are words for it.
  func callAsFunction(_ diagnostic: Diagnostic) -> Diagnostic {
    language == .english ? diagnostic : diagnostic.reworded { Words.mistakes[$0] ?? $0 }
  }

  /// By the form of the English words.
  static let mistakes = sentences.merging(nouns) { sentence, _ in sentence }
    .merging(remedies) { word, _ in word }.merging(errors) { word, _ in word }

  /// What was expected, and what was found.
  private static let nouns: [String: String] = [
    "`,` or `)`": "`,` 或 `)`",
    "`,` or `]`": "`,` 或 `]`",
    "`and`, `or` or `)`": "`and`、`or` 或 `)`",
    "`and`, `or` or the end": "`and`、`or` 或结尾",
    "`in`": "`in`",
    "`where`, `,` or `)`": "`where`、`,` 或 `)`",
    "a campaign": "运营计划",
    "a campaign or `any`": "运营计划或 `any`",
    "a comparison, `in` or `not in`": "比较、`in` 或 `not in`",
    "a date": "日期",
    "a duration": "时长",
    "a gap in days": "以天计的间隔",
    "a horizon in days": "以天计的预测期",
    "a list in [ ]": "[ ] 中的列表",
    "a measure": "指标",
    "a measure or an attribute": "指标或用户属性",
    "a measure or an attribute after `*`": "`*` 后的指标或用户属性",
    "a measure, an attribute, `not`, `has` or `(`": "指标、用户属性、`not`、`has` 或 `(`",
    "a number": "数字",
    "a number, a text, a date or a duration": "数字、文本、日期或时长",
    "a saved segment": "已保存的用户分群",
    "a share or a number of users": "比例或用户数",
    "a tag": "标签",
    "a text": "文本",
    "a time": "时间",
    "a value": "值",
    "an argument": "参数",
    "an attribute": "用户属性",
    "an event": "事件",
    "an event, a window or another argument of `{0}`": "事件、时间窗口或 `{0}` 的其他参数",
    "an event, or `within` and a duration": "事件，或 `within` 加时长",
    "an expression": "分群条件",
    "band": "细分状态",
    "gap": "间隔",
    "horizon": "预测期",
    "how long ago": "多久以前",
    "stage": "用户阶段",
    "the end": "结尾",
    "the name of a property": "事件属性名",
    "the name of an attribute": "用户属性名",
    "true or false": "真假值",
    "unknown": "未知",
    "{0}": "{0}",
    "{0} a date": "{0} 是日期",
    "{0} a duration": "{0} 是时长",
    "{0} a number": "{0} 是数字",
    "{0} a text": "{0} 是文本",
    "{0} a truth value": "{0} 是真假值",
  ]

  /// What is wrong.
  private static let sentences: [String: String] = [
    "`)` closes nothing": "`)` 没有对应的左括号",
    "`has` tests for an attribute, and {0} is a measure": "`has` 只检查用户属性，而 {0} 是指标",
    "`or` cannot stand after `where`": "`where` 之后不能用 `or`",
    "`top` ranks by a number, and this is {0}": "`top` 按数字排名，而这里是{0}",
    "`top` takes a whole number of users, or a share": "`top` 需要整数的用户数，或比例",
    "`{0}` expects {1} here": "`{0}` 此处应为{1}",
    "`{0}` is neither a number nor a name": "`{0}` 既不是数字也不是名称",
    "`{0}` is not available yet in this version": "此版本尚不支持 `{0}`",
    "`{0}` is {1}, and `{2}` takes numbers": "`{0}` 是{1}，而 `{2}` 需要数字",
    "`{0}` needs a property": "`{0}` 需要事件属性",
    "`{0}` takes no more arguments": "`{0}` 的参数过多",
    "`{0}` takes no parentheses": "`{0}` 后面没有括号",
    "`{0}` takes no property": "`{0}` 不带事件属性",
    "`{0}` takes no window": "`{0}` 不带时间窗口",
    "`{0}` takes one window at most": "`{0}` 最多带一个时间窗口",
    "`{0}{1}` compares nothing": "`{0}{1}` 不是比较符号",
    "`~` looks for a text": "`~` 查找的是文本",
    "`~` looks for a text, not for a measure": "`~` 查找的是文本，不是指标",
    "a backslash stands alone": "反斜杠后面缺少字符",
    "a duration is a whole number and m, h, d or w": "时长是整数加 m、h、d 或 w",
    "a duration is at most {0} days long": "时长最多 {0} 天",
    "a number has at most 18 digits": "数字最多 18 位",
    "a sequence has at least two events": "`sequence` 至少有两个事件",
    "a share is from 0% to 100%": "比例在 0% 到 100% 之间",
    "a stage rule cannot ask for the stage": "用户阶段的规则不能引用用户阶段",
    "a stage rule cannot ask for the stage, as the segment `{0}` does":
      "用户阶段的规则不能引用用户阶段，而用户分群 `{0}` 引用了",
    "a window of dates has two ends": "日期窗口需要首尾两个日期",
    "a window of length 0 holds nothing": "长度为 0 的时间窗口没有内容",
    "a {0} rule cannot ask for the band": "{0}的规则不能引用细分状态",
    "a {0} rule cannot ask for the band, as the segment `{1}` does":
      "{0}的规则不能引用细分状态，而用户分群 `{1}` 引用了",
    "an expression is at most 64 KiB long": "分群条件最长 64 KiB",
    "an expression is at most {0} levels deep": "分群条件最多嵌套 {0} 层",
    "both ends of a window are of one kind": "时间窗口的两端须同类",
    "both ends of a window are of one kind: d and w, or h and m":
      "时间窗口的两端须同类：d 与 w，或 h 与 m",
    "expected {0}, found {1}": "此处应为{0}，却是 {1}",
    "no event `{0}` was imported yet": "尚未导入事件 `{0}`",
    "no event has a property `{0}`": "没有事件带事件属性 `{0}`",
    "no such date: {0}": "没有这个日期：{0}",
    "no such measure: `{0}`": "没有这个指标：`{0}`",
    "no such segment: `{0}`": "没有这个用户分群：`{0}`",
    "no such {0}: `{1}`": "没有这个{0}：`{1}`",
    "no user has an attribute `{0}`": "没有用户带用户属性 `{0}`",
    "nobody carries the tag `{0}`": "没有用户带标签 `{0}`",
    "segments are at most 64 levels deep in each other": "用户分群最多相互嵌套 64 层",
    "the closing quote is missing": "缺少右引号",
    "the older end of a window comes first": "时间窗口较早的一端在前",
    "the segment `{0}` is in itself: {1}": "用户分群 `{0}` 引用了自己：{1}",
    "the {0} counts calendar days": "{0}按日历天计",
    "there is no campaign `{0}`": "没有运营计划 `{0}`",
    "unexpected character `{0}`": "意外的字符 `{0}`",
    "{0} is true or false: neither is greater": "{0} 是真假值：没有大小之分",
    "{0} is {1}, and `~` looks into a text": "{0} 是{1}，而 `~` 只查文本",
    "{0} is {1}, and nothing compares it": "{0} 是{1}，却没有和什么比较",
    "{0} is {1}, {2} is {3}: they do not compare": "{0} 是{1}，{2} 是{3}：不能比较",
    "{0} is {1}, {2}: they do not compare": "{0} 是{1}，{2}：不能比较",
    "{0} is {1}: it cannot be multiplied": "{0} 是{1}：不能相乘",
  ]

  /// What to do.
  private static let remedies: [String: String] = [
    "`{0}` is an event: did({1}) holds for those who did it":
      "`{0}` 是事件：did({1}) 对做过的人成立",
    "a date is written 2026-01-31; a text stands in double quotes":
      "日期写作 2026-01-31；文本放在双引号里",
    "a duration is written 30d; a text that starts with a digit stands in double quotes":
      "时长写作 30d；以数字开头的文本放在双引号里",
    "a duration is written {0}d": "时长写作 {0}d",
    "a number is written -5": "数字写作 -5",
    "a rule adds nothing up": "分群条件不做加法",
    "a share is written 5%": "比例写作 5%",
    "a window has a unit, as in 30d": "时间窗口要有单位，如 30d",
    "a window is written 30d, 60d..30d, 48h..24h or 2026-01-01..2026-01-31":
      "时间窗口写作 30d、60d..30d、48h..24h 或 2026-01-01..2026-01-31",
    "arguments are parted by commas": "参数用逗号分隔",
    "as a text: \"{0}\"": "作为文本：\"{0}\"",
    "as in 12h": "如 12h",
    "as in 30d": "如 30d",
    "as in 60d..30d or 48h..24h": "如 60d..30d 或 48h..24h",
    "as in expected_purchases(39w)": "如 expected_purchases(39w)",
    "as in resurrected(30d, 7d)": "如 resurrected(30d, 7d)",
    "as in sequence(signup, purchase, within 7d)": "如 sequence(signup, purchase, within 7d)",
    "as in top(5%, count(any)) or top(100, count(any))":
      "如 top(5%, count(any)) 或 top(100, count(any))",
    "as in top(5%, sum(purchase.value, 90d))": "如 top(5%, sum(purchase.value, 90d))",
    "as in was(stage = active, 7d)": "如 was(stage = active, 7d)",
    "as in within 7d": "如 within 7d",
    "as in {0}": "如 {0}",
    "as in {0} {1}": "如 {0} {1}",
    "as in {0}(any) or {1}(purchase)": "如 {0}(any) 或 {1}(purchase)",
    "as in {0}(purchase.value)": "如 {0}(purchase.value)",
    "did you mean `{0}`?": "是否想写 `{0}`？",
    "equal is `=`, not equal `!=`, at least `>=`, at most `<=`, contains `~`":
      "等于 `=`，不等于 `!=`，至少 `>=`，至多 `<=`，包含 `~`",
    "in quotes write \\\" for a quote and \\\\ for a backslash":
      "引号内用 \\\" 表示引号，用 \\\\ 表示反斜杠",
    "kith.yaml names {0}": "kith.yaml 中有 {0}",
    "lists stand in [ ]": "列表放在 [ ] 里",
    "measures are {0}": "指标有 {0}",
    "one day is written {0}..{1}": "一天写作 {0}..{1}",
    "save parts of it as segments, and use them with in(\"name\")":
      "把其中几部分存为用户分群，再用 in(\"name\") 引用",
    "save the inner part as a segment, and use it with in(\"name\")":
      "把内层存为用户分群，再用 in(\"name\") 引用",
    "texts and names stand in double quotes": "文本和名称放在双引号里",
    "the event of that name stands in double quotes: \"{0}\"": "同名事件放在双引号里：\"{0}\"",
    "the last {0} are written {1}": "最近 {0} 写作 {1}",
    "the measure is written {0}(…)": "指标写作 {0}(…)",
    "the text stands in double quotes: \"{0}\"": "文本放在双引号里：\"{0}\"",
    "to compare with `{0}` itself write {1}": "要与 `{0}` 本身比较，写 {1}",
    "to filter by it write … where {0} = …": "要按它筛选，写 … where {0} = …",
    "today alone is written 1d": "仅今天写作 1d",
    "write `and`": "写 `and`",
    "write `not`, or `!=`": "写 `not` 或 `!=`",
    "write `or`": "写 `or`",
    "write did(… where a) or did(… where b), or use in [ ]":
      "写 did(… where a) or did(… where b)，或用 in [ ]",
    "write {0}..{1}": "写 {0}..{1}",
  ]
}
