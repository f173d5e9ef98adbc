import KithCampaigns
import KithScreen
import KithSegments
import KithStore

/// Draws the model at a size, and says where the terminal's cursor belongs (nowhere: hidden).
///
/// Pure; costs what is on the screen, whatever the number of users.
func view(_ model: Model, size: Size) -> (surface: Surface, cursor: Point?) {
  var model = model
  model.size = size
  var painter = Painter(model: model)
  painter.draw()
  return (painter.surface, painter.cursor)
}

/// One frame in the making.
struct Painter {
  let model: Model
  let frame: Arrangement
  var surface: Surface
  var cursor: Point?

  init(model: Model) {
    self.model = model
    frame = Arrangement(model.size)
    surface = Surface(size: model.size, style: model.look[.text])
  }

  var words: Words { model.words }
  var look: Look { model.look }
  var border: Border { look.isASCII ? .ascii : .light }

  /// The separator of facts on a line.
  var dot: String { look.isASCII ? " - " : " · " }

  func run(_ text: String, _ slot: Slot) -> Run { Run(text, look[slot]) }

  mutating func draw() {
    if let header = frame.header { drawHeader(header) }
    if let tabs = frame.tabs { drawViewTabs(tabs) }
    if model.page != nil {
      drawUserPage()
    } else {
      switch model.view {
      case .users: drawUsers()
      case .campaigns: drawCampaigns()
      case .journal: drawJournal()
      }
    }
    if let footer = frame.footer { drawFooter(footer) }
    drawLine(frame.line)
    drawDialog()
  }

  private mutating func drawHeader(_ line: Rect) {
    let left = [run(" Kith  ", .store), run(model.storeName, .strong)]
    let used = surface.put(left, at: line.origin, width: line.width)
    var facts = headerFacts
    func cells(_ runs: [Run]) -> Int { runs.width + 3 * max(0, runs.count - 1) + 1 }
    while !facts.isEmpty && used + 2 + cells(facts) > line.width { facts.removeLast() }
    var column = line.right - cells(facts)
    for fact in facts {
      column += surface.put([fact], at: Point(x: column, y: line.y)) + 3
    }
  }

  /// What is told first is kept longest.
  var headerFacts: [Run] {
    var facts: [Run] = []
    if let sending = model.sending {
      let text = words(
        .sendingShort, grouped(sending.done), grouped(sending.status.treated))
      facts.append(run(text, .news))
    }
    guard let data = model.data else { return facts + [run(words(.opening), .dim)] }
    if model.isOpening || model.decisionsUnderWay > 0 { facts.append(run("…", .news)) }
    if model.hasNews { facts.append(run(words(.newData), .news)) }
    if model.readOnlyReason != nil { facts.append(run(words(.readOnly), .news)) }
    if let instant = data.asOf {
      facts.append(run(words(.asOf, data.moment.zone.clock(instant)), .news))
    } else if let horizon = data.moment.horizon {
      let ago = words.ago(horizon, at: model.now)
      facts.append(run(words(.dataUntil, data.moment.zone.stamp(horizon), ago), .header))
    }
    facts.append(run(words(.userTotal, grouped(data.totals.users)), .header))
    facts.append(run(words(.eventTotal, compact(data.totals.events)), .header))
    return facts
  }

  private mutating func drawViewTabs(_ line: Rect) {
    model.viewTabs.draw(
      on: &surface, in: line, style: look[.tab], selectedStyle: look[.tabCurrent])
  }

  /// As many keys as fit, help and leaving always among them.
  private mutating func drawFooter(_ line: Rect) {
    if case .filter(let filter) = model.mode, filter.mistake ?? filter.warning != nil { return }
    let context = model.context
    let labelled = Action.all.filter { $0.contexts.contains(context) && $0.label != nil }
    let pinned: Set<Action.ID> = [.help, .quit, .back]
    func width(_ action: Action) -> Int {
      let key = model.keys.key(of: action.id, in: context)?.description ?? ""
      return Text.width(key) + 1 + Text.width(words(action.label ?? action.help)) + 2
    }
    var room = line.width - labelled.filter { pinned.contains($0.id) }.reduce(0) { $0 + width($1) }
    let shown = labelled.filter { action in
      if pinned.contains(action.id) { return true }
      guard width(action) <= room else { return false }
      room -= width(action)
      return true
    }
    var column = line.x + 1
    for action in shown {
      let isOff = model.whyNot(action.id) != nil
      let key = model.keys.key(of: action.id, in: context)?.description ?? ""
      let runs = [
        run(key, isOff ? .footerDisabled : .footerKey),
        run(" " + words(action.label ?? action.help), isOff ? .footerDisabled : .footerLabel),
      ]
      if column + width(action) - 2 > line.right { break }
      column += surface.put(runs, at: Point(x: column, y: line.y)) + 2
    }
  }
}

extension Model {
  var viewTabs: Tabs {
    Tabs(
      ViewName.allCases.map { "\($0.number) \(words($0.word))" },
      selected: ViewName.allCases.firstIndex(of: view) ?? 0)
  }
}
