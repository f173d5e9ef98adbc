import KithScreen
import KithSegments
import KithStore
import KithSystem

/// The lines of the pane that says why, and where they stand.
struct WhyArrangement {
  struct Line {
    var indent: Int
    var runs: [Piece]
  }
  struct Piece {
    var text: String
    var slot: Slot
  }
  let lines: [Line]
  let area: Rect
  /// The most events that stand under a clause.
  private static let mostEvents = 8

  init(_ model: Model, _ why: Why) {
    area = Arrangement(model.size).inner
    guard let explanation = why.explanation, let zone = model.data?.moment.zone else {
      lines = [Line(indent: 0, runs: [Piece(text: model.words(.working), slot: .dim)])]
      return
    }
    let verdict = Self.verdict(explanation.holds, model)
    var lines = [
      Line(
        indent: 0,
        runs: [
          verdict, Piece(text: explanation.question.replacing("\n", with: " "), slot: .strong),
        ])
    ]
    for clause in explanation.listed { Self.add(clause, to: &lines, indent: 2, model, zone) }
    self.lines = lines
  }

  var scrollMax: Int { max(0, lines.count - area.height) }

  private static func verdict(_ holds: Bool, _ model: Model) -> Piece {
    let mark = model.look.isASCII ? (holds ? "+" : "-") : (holds ? "✓" : "✗")
    return Piece(text: mark + " ", slot: holds ? .flashDone : .danger)
  }

  private static func add(
    _ clause: Clause, to lines: inout [Line], indent: Int, _ model: Model, _ zone: Zone
  ) {
    let isGroup = clause.kind != .test
    var runs = [
      verdict(clause.holds, model), Piece(text: clause.text, slot: isGroup ? .strong : .text),
    ]
    if let value = clause.value {
      let against = clause.against.map { model.words(.against, value, $0) } ?? value
      runs.append(Piece(text: "  " + against, slot: .count))
    }
    if clause.isAbsent { runs.append(Piece(text: "  " + model.words(.absent), slot: .dim)) }
    if let asOf = clause.asOf {
      runs.append(Piece(text: "  " + model.words(.asOf, zone.clock(asOf)), slot: .dim))
    }
    lines.append(Line(indent: indent, runs: runs))
    let shown = clause.events.suffix(mostEvents)
    if clause.eventCount > shown.count {
      let text = model.words(.earlierEvents, grouped(clause.eventCount - shown.count))
      lines.append(Line(indent: indent + 2, runs: [Piece(text: text, slot: .dim)]))
    }
    for event in shown { lines.append(Line(indent: indent + 2, runs: pieces(event, zone))) }
    for inner in clause.clauses { add(inner, to: &lines, indent: indent + 2, model, zone) }
  }

  private static func pieces(_ event: TimelineEntry, _ zone: Zone) -> [Piece] {
    var pieces = [
      Piece(text: zone.clock(event.time) + "  ", slot: .eventTime),
      Piece(text: event.event, slot: .eventName),
    ]
    if let value = event.value {
      pieces.append(Piece(text: "  \(Exact(micros: value))", slot: .eventValue))
    }
    let facts =
      (event.source.map { ["source=\($0)"] } ?? [])
      + event.properties.map { "\($0.name)=\($0.value)" }
    if !facts.isEmpty {
      pieces.append(Piece(text: "  " + facts.joined(separator: " "), slot: .dim))
    }
    return pieces
  }
}

extension Painter {
  mutating func drawWhy(_ why: Why) {
    let arrangement = WhyArrangement(model, why)
    surface.fill(frame.body, style: look[.dialog])
    if frame.isFramed {
      surface.pane(
        frame.body, title: [run(words(.whyTitle, why.user), .dialogTitle)],
        style: look[.dialogBorder], border: border)
    }
    let area = arrangement.area
    for line in 0..<area.height {
      let index = line + min(why.scroll, arrangement.scrollMax)
      guard arrangement.lines.indices.contains(index) else { break }
      let shown = arrangement.lines[index]
      let indent = min(shown.indent, area.width / 3)
      let runs = shown.runs.map { run($0.text, $0.slot) }
      surface.put(
        runs, at: Point(x: area.x + 1 + indent, y: area.y + line),
        width: max(0, area.width - 2 - indent))
    }
    drawThumb(lines: arrangement.lines.count, scroll: why.scroll, beside: area)
  }
}
