import KithScreen
import KithSegments
import KithStore
import KithSystem

extension Painter {
  /// The user under the cursor, in as many lines as there are.
  mutating func drawSummary(_ area: Rect) {
    guard let user = model.focused.current, !area.isEmpty else { return }
    let inside = area.inset(columns: 1, rows: 0)
    let summary = model.summary?.row.id == user.id ? model.summary : nil
    surface.put(facts(of: user, summary?.attributes ?? []), at: inside.origin, width: inside.width)
    guard let summary, let data = model.data else { return }
    drawActivity(
      summary.days, in: Rect(x: inside.x, y: inside.y + 1, width: inside.width, height: 1))
    for (line, event) in summary.events.prefix(max(0, inside.height - 2)).enumerated() {
      surface.put(
        eventRuns(event, zone: data.moment.zone, inYear: data.moment.day.civil.year),
        at: Point(x: inside.x, y: inside.y + 2 + line), width: inside.width)
    }
  }

  /// `u-20931 陈伟 · core, at risk · #vip · owner lin · since 2025-03-02 · source search · level Gold`.
  /// An attribute called `name` stands beside the id.
  func facts(of user: UserRow, _ attributes: [UserSummary.Attribute]) -> [Run] {
    var facts = [[run(user.id, .strong)], [run(stageText(user), .stage)]]
    if let name = attributes.first(where: { $0.name == "name" }), name.value != user.id {
      facts[0].append(run(" " + name.value, .strong))
    }
    let now = model.data?.moment.instant ?? model.now
    if user.isLate(at: now), let rhythm = user.rhythmDays {
      let away = (now.milliseconds - user.last.milliseconds) / Instant.dayMs
      facts.append([run("! " + words(.lateFor, "\(away)", "\(rhythm)"), .late)])
    }
    if let owner = user.owner { facts.append([run(words(.ownerIs, owner), .owner)]) }
    if !user.tags.isEmpty {
      facts.append([run(user.tags.map { "#" + $0 }.joined(separator: " "), .tag)])
    }
    if let zone = model.data?.moment.zone {
      facts.append([run(words(.since, "\(zone.day(of: user.first))"), .text)])
    }
    if let source = user.source { facts.append([run(words(.sourceIs, source), .text)]) }
    facts += attributes.filter { $0.name != "name" }
      .map { [run($0.name + " ", .dim), run($0.value, .text)] }
    return Array(facts.joined(separator: [run(dot, .dim)]))
  }

  func stageText(_ user: UserRow) -> String {
    let stage = words.stage(user.stage)
    return user.band.map { stage + ", " + words.band($0) } ?? stage
  }

  /// One cell a day, the latest at the right.
  private mutating func drawActivity(_ days: [Int], in line: Rect) {
    let label = words(.activity) + " "
    let room = min(days.count, line.width - Text.width(label) - 12)
    guard room > 0 else { return }
    let column = line.x + surface.put(label, at: line.origin, style: look[.dim])
    let shown = Array(days.suffix(room))
    surface.put(heat(shown, most: days.max() ?? 1, nothing: " "), at: Point(x: column, y: line.y))
    let weeks = words(Word("{0} weeks", "{0} 周"), "\(room / 7)")
    surface.put(
      look.isASCII ? " " + weeks : " ← " + weeks, at: Point(x: column + room, y: line.y),
      style: look[.dim])
  }

  /// Cells from calm to busy, each in glyph and colour.
  func heat(_ counts: [Int], most: Int, nothing: Character) -> [Run] {
    let levels: Levels = look.isASCII ? .asciiShades : .shades
    let slots: [Slot] = [.heat1, .heat2, .heat3, .heat4]
    return counts.map { count in
      guard count > 0 else { return run(String(nothing), .heat0) }
      let level = (min(count, most) - 1) * 4 / max(1, most)
      return run(String(levels.glyphs[level]), slots[level])
    }
  }

  /// `11-15 20:41  purchase  299.00  category=oolong`; with the year where it is another.
  func eventRuns(_ entry: TimelineEntry, zone: Zone, inYear year: Int?) -> [Run] {
    let clock = zone.clock(entry.time)
    let isThisYear = year.map { clock.hasPrefix(pad(Int64($0), 4)) } ?? false
    var runs = [
      run(isThisYear ? String(clock.dropFirst(5)) : clock, .eventTime), run("  ", .text),
      run(entry.event, .eventName),
    ]
    if let value = entry.value {
      runs.append(run("  " + money(Exact(micros: value)), .eventValue))
    }
    if let source = entry.source { runs.append(run("  " + source, .dim)) }
    for property in entry.properties {
      runs.append(run("  \(property.name)=\(property.value)", .text))
    }
    return runs
  }
}
