import KithAnalysis
import KithSegments
import KithStore
import KithSystem

/// The answers that make a report, and how they stand on a page and in plain text.
struct Report {
  let title: String
  let subtitle: String
  let stages: [StageCount]
  let growth: Growth
  let retention: Retention
  let stickiness: Stickiness
  let metrics: Metrics
  let quality: SourceQuality
  let rfm: RFM

  /// The last half year, as of the engine's moment.
  init(_ store: Store, _ engine: EmbeddedEngine, _ scope: Scope, segment: String?) throws {
    let event = store.settings.forecast.event
    title = store.settings.name.isEmpty ? "Kith" : store.settings.name
    subtitle =
      "as of \(engine.moment.zone.text(engine.moment.instant)) \(engine.moment.zone.name)"
      + (segment.map { ", only users of: \($0)" } ?? "")
    stages = segment == nil ? try engine.stages() : []
    growth = try Growth.of(engine, scope, period: .week, last: 182)[0]
    retention = try Retention.of(engine, scope, RetentionQuestion(period: .week, most: 12))[0]
    stickiness = try Stickiness.of(engine, scope)[0]
    metrics = try Metrics.of(engine, scope, event: event)[0]
    quality = try SourceQuality.of(engine, scope, conversion: event)[0]
    rfm = try RFM.of(engine, scope, event: event)[0]
  }

  var page: String {
    HTML.page(title: title) { html in
      html.element("h1") { $0.text(title) }
      html.element("p") { $0.text(subtitle) }
      for section in sections {
        html.element("h2") { $0.text(section.title) }
        html.element("p") { $0.text(section.words) }
        section.page(&html)
        html.line()
      }
    }
  }

  func text(_ pen: Pen) -> String {
    var text = visible(title) + "\n" + visible(subtitle) + "\n"
    for section in sections {
      text += "\n" + section.title + "\n" + section.text(pen)
    }
    return text
  }

  private struct Section {
    var title: String
    var words: String
    var page: (inout HTML) -> Void
    var text: (Pen) -> String
  }

  private var sections: [Section] {
    var sections: [Section] = []
    if !stages.isEmpty { sections.append(stageSection) }
    sections += [growthSection, retentionSection, stickinessSection]
    if metrics.now.payers + metrics.before.payers > 0 || !rfm.buyers.isEmpty {
      sections += [moneySection, buyerSection]
    }
    sections.append(sourceSection)
    return sections
  }

  private var stageSection: Section {
    let items = stages.map { ($0.stage, Double($0.users)) }
    return Section(
      title: "Stages", words: "Every user is in exactly one.", page: { $0.bars(items) },
      text: { $0.bars(items) })
  }

  private var growthSection: Section {
    Section(
      title: "Week by week",
      words:
        "New users, those who returned from the week before, those who came back after a pause; "
        + "below the line those who fell silent. The last week may not have ended.",
      page: { html in
        html.element("p") { html in
          for (kind, word) in [
            ("bar", "new"), ("second", "returning"), ("third", "resurrecting"), ("lost", "dormant"),
          ] {
            html.element("span", [("class", "word")]) { html in
              html.element("span", [("class", "key " + kind)])
              html.text(word)
            }
            html.text(" ")
          }
        }
        html.growth(growth)
      }, text: { $0.growth(growth) })
  }

  private var retentionSection: Section {
    Section(
      title: "Who stays",
      words:
        "Each row is the users who began in one week; columns are the weeks since. Slanted: the "
        + "week has not ended. Numbers of users where a cohort is too small for shares.",
      page: { $0.retention(retention) }, text: { $0.retention(retention) })
  }

  private var stickinessSection: Section {
    let rows = stickiness.rows.suffix(182)
    return Section(
      title: "How many are here",
      words: "DAU/MAU on average: \(stickiness.averageRatio.ratio.map(percent) ?? "-").",
      page: { html in
        guard let first = rows.first, let last = rows.last else { return }
        html.curve("a day", rows.map { Double($0.dau) }, from: first.day, to: last.day)
        html.curve("in thirty days", rows.map { Double($0.mau) }, from: first.day, to: last.day)
      }, text: { $0.stickiness(stickiness) })
  }

  private var moneyRows: [[String]] {
    func row(_ title: String, _ text: (Metrics.Stretch) -> String) -> [String] {
      [title, text(metrics.now), text(metrics.before)]
    }
    return [
      row("payers") { grouped($0.payers) }, row("orders") { grouped($0.orders) },
      row("value") { decimal($0.value) },
      row("order value") { $0.payers < fewestUsers ? "too few" : fixed($0.orderValue, 2) },
      row("repeat rate") { share($0.repeating, of: $0.payers) },
    ]
  }

  private var moneySection: Section {
    let rows = metrics.rows.suffix(182)
    return Section(
      title: "Thirty days", words: "An order is one \(visible(metrics.event)).",
      page: { html in
        html.table(["", "the last 30 days", "the 30 before"], moneyRows)
        guard let first = rows.first, let last = rows.last else { return }
        html.curve(
          "value a day", rows.map { Double(decimal($0.value)) ?? 0 }, from: first.day, to: last.day)
      }, text: { _ in table(["", "now", "before"], moneyRows) })
  }

  private var buyerSection: Section {
    let items = BuyerKind.allCases.reversed().map { kind in
      (
        kind.english + " " + kind.chinese,
        Double(rfm.buyers.count { BuyerKind($0.scores) == kind })
      )
    }
    return Section(
      title: "Buyers", words: "By how lately, how often and for how much they bought.",
      page: { $0.bars(items) }, text: { $0.bars(items) })
  }

  private var sourceSection: Section {
    let titles = ["source", "users", "activated", "kept to day 30", "converted", "value"]
    let rows = quality.rows.prefix(20).map { row in
      return [
        row.source, grouped(row.registered), share(row.activated, of: row.registered),
        share(row.kept.last?.within ?? 0, of: row.kept.last?.eligible ?? 0),
        share(row.converted, of: row.registered),
        decimal(row.value),
      ]
    }
    return Section(
      title: "Where users come from", words: "Activated: was here on a second day.",
      page: { $0.table(titles, rows) }, text: { _ in table(titles, rows) })
  }

  private func table(_ titles: [String], _ rows: [[String]]) -> String {
    var table = Table(titles.enumerated().map { .init($1, number: $0 > 0) })
    table.rows = rows
    return table.text(terminal: true)
  }
}
