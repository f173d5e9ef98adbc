import KithCampaigns
import KithScreen
import KithSegments
import KithStore
import KithSystem

/// A user's page: facts at the left and the timeline at the right where there is room for both, else
/// one after the other, scrolled as one.
struct UserArrangement {
  let frame: Arrangement
  /// Facts, attributes, notes, messages and the calendar, line by line.
  let facts: [[Run]]
  let isSplit: Bool
  /// What scrolls.
  let scrolling: Rect
  let eventCount: Int

  /// Cells of the facts beside a timeline: the calendar's 53 weeks and its names of days.
  static let factsWidth = 58

  init(_ model: Model) {
    frame = Arrangement(model.size)
    let inner = frame.inner
    let wide = inner.width >= UserArrangement.factsWidth + 40
    let painter = Painter(model: model)
    facts = painter.factLines(width: (wide ? UserArrangement.factsWidth : inner.width) - 2)
    isSplit = wide && facts.count <= inner.height
    eventCount = model.page?.details?.summary.row.events ?? 0
    scrolling =
      isSplit
      ? Rect(
        x: inner.x + UserArrangement.factsWidth + 1, y: inner.y,
        width: inner.width - UserArrangement.factsWidth - 1, height: inner.height)
      : inner
  }

  /// Lines before the first event: the facts where they scroll along, and a title.
  private var linesBefore: Int { (isSplit ? 0 : facts.count) + 1 }

  var scrollMax: Int { max(0, linesBefore + max(1, eventCount) - scrolling.height) }

  /// What a line shows.
  enum Line { case fact(Int), title, event(Int) }

  func line(_ index: Int) -> Line? {
    let event = index - linesBefore
    if event >= 0 { return event < eventCount ? .event(event) : nil }
    return event == -1 ? .title : .fact(index)
  }

  func visibleEvents(scroll: Int) -> Range<Int> {
    let first = max(0, scroll - linesBefore)
    return first..<max(first, scroll + scrolling.height - linesBefore)
  }
}

extension Painter {
  mutating func drawUserPage() {
    guard let page = model.page else { return }
    let arrangement = UserArrangement(model)
    if frame.isFramed {
      surface.pane(
        frame.body, title: [run(page.id, .paneTitleFocused)], style: look[.border], border: border)
    }
    let inner = frame.inner
    if arrangement.isSplit {
      for (line, runs) in arrangement.facts.enumerated() {
        surface.put(
          runs, at: Point(x: inner.x + 1, y: inner.y + line),
          width: UserArrangement.factsWidth - 2)
      }
      surface.vertical(
        from: Point(x: inner.x + UserArrangement.factsWidth, y: frame.body.y),
        length: frame.body.height, style: look[.border], border: border)
    }
    let area = arrangement.scrolling
    for row in 0..<area.height {
      guard let line = arrangement.line(page.scroll + row) else { break }
      surface.put(
        runs(of: line, page, arrangement), at: Point(x: area.x + 1, y: area.y + row),
        width: area.width - 2)
    }
    drawThumb(
      lines: arrangement.scrollMax + area.height, scroll: page.scroll, beside: area)
  }

  private func runs(
    of line: UserArrangement.Line, _ page: UserPage, _ arrangement: UserArrangement
  ) -> [Run] {
    switch line {
    case .fact(let index): return arrangement.facts[index]
    case .title:
      let count = words(.eventCount, grouped(arrangement.eventCount))
      return [run(words(.timeline), .paneTitleFocused), run("  " + count, .dim)]
    case .event(let index):
      guard let entry = page.timeline[index], let data = model.data else {
        return [run(look.isASCII ? "." : "·", .placeholder)]
      }
      return eventRuns(entry, zone: data.moment.zone, inYear: nil)
    }
  }

  /// Everything of a user but the timeline.
  func factLines(width: Int) -> [[Run]] {
    guard let details = model.page?.details, let data = model.data else {
      return [[run(words(.working), .dim)]]
    }
    let row = details.summary.row
    let zone = data.moment.zone
    var lines = wrapped(facts(of: row, []), width: width)
    var numbers = [words(.valueIs, money(row.value)), words(.eventCount, grouped(row.events))]
    if let rhythm = row.rhythmDays { numbers.append(words(.rhythmIs, "\(rhythm)")) }
    numbers.append("\(words(.last)) \(words.ago(row.last, at: data.moment.instant))")
    let runs = numbers.map { [run($0, .text)] }.joined(separator: [run(dot, .dim)])
    lines += wrapped(Array(runs), width: width)
    if !details.summary.attributes.isEmpty {
      lines += [[], [run(words(.attributes), .paneTitleFocused)]]
      lines += details.summary.attributes.flatMap {
        wrapped([run($0.name + "  ", .dim), run($0.value, .text)], width: width)
      }
    }
    if !details.notes.isEmpty {
      lines += [[], [run(words(.notes), .paneTitleFocused)]]
      for note in details.notes {
        lines += wrapped(
          [run("\(zone.day(of: note.at)) \(note.by)  \(note.text)", .text)], width: width)
      }
    }
    if !details.messages.isEmpty {
      lines += [[], [run(words(.messages), .paneTitleFocused)]]
      lines += details.messages.map { message in
        [
          run(zone.clock(message.at) + "  ", .eventTime), run(message.campaign, .eventName),
          run("  \(message.channel)  \(words.outcome(message.outcome))", .text),
        ]
      }
    }
    lines += [[], [run(words(.calendar), .paneTitleFocused)]]
    lines += calendar(
      details.summary.days, last: data.moment.day, start: data.moment.weekStart, width: width)
    return lines + [[]]
  }

  /// Seven lines, one a weekday, one cell a day, the latest week at the right.
  private func calendar(_ days: [Int], last: Day, start: WeekStart, width: Int) -> [[Run]] {
    let most = days.max() ?? 1
    let weeks = min(53, max(1, width - 4))
    let firstWeek = last.startOfWeek(start).advanced(by: -7 * (weeks - 1))
    let names = words.weekdays(start)
    return (0..<7).map { weekday in
      let counts = (0..<weeks).map { week -> Int? in
        let day = firstWeek.advanced(by: 7 * week + weekday)
        let place = days.count - 1 - Int(last.number - day.number)
        return day <= last && days.indices.contains(place) ? days[place] : nil
      }
      let cells = counts.flatMap { count in
        count.map { heat([$0], most: most, nothing: look.isASCII ? " " : "·") } ?? [
          run(" ", .heat0)
        ]
      }
      return [run(Text.pad(names[weekday], to: 3), .dim)] + cells
    }
  }

  /// Runs in lines of at most `width` cells: broken between runs, inside one only where it is longer
  /// than a line. A separator does not start a line.
  private func wrapped(_ runs: [Run], width: Int) -> [[Run]] {
    var lines: [[Run]] = [[]]
    var used = 0
    for run in runs {
      let cells = Text.width(run.text)
      let pieces = cells > width ? Text.wrap(run.text, to: max(1, width)) : [run.text]
      for (index, piece) in pieces.enumerated() {
        let cells = Text.width(piece)
        if index > 0 || (used > 0 && used + cells > width) {
          if lines[lines.count - 1].last?.text == dot { lines[lines.count - 1].removeLast() }
          lines.append([])
          used = 0
        }
        if used == 0 && piece == dot { continue }
        lines[lines.count - 1].append(Run(piece, run.style))
        used += cells
      }
    }
    return lines
  }
}

extension Words {
  /// Short names of the days, the week's first day first.
  func weekdays(_ start: WeekStart) -> [String] {
    let names =
      language == .chinese
      ? ["一", "二", "三", "四", "五", "六", "日"] : ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
    return start == .monday ? names : [names[6]] + names[..<6]
  }
}
