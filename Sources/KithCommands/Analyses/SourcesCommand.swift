import ArgumentParser
import KithAnalysis
import KithSegments
import KithStore
import KithSystem

struct SourcesCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "sources",
    abstract: "Where good users come from.",
    discussion: """
      Examples:
        kith sources --conversion purchase
        kith sources --register signup --days 1,7,30 --cost search=1200,ads=5000
        kith sources --conversion purchase --cell 'ads converted'

      Of each source: who arrived, was active on a second day, was kept (on that very day; any day up \
      to it), converted, and what they are worth. With an attribute invited_by, who was invited.
      """)

  @Option(
    help: ArgumentHelp("What registers a user; else the first event.", valueName: "event"),
    completion: .event)
  var register: String?

  @Option(
    help: ArgumentHelp("What a good user does, as purchase.", valueName: "event"),
    completion: .event)
  var conversion: String?

  @Option(help: ArgumentHelp("Days after registration.", valueName: "days"))
  var days = "1,7,30"

  @Option(help: ArgumentHelp("What sources cost, as search=1200,ads=5000.", valueName: "costs"))
  var cost: String?

  @OptionGroup var analysis: AnalysisOptions

  func run(_ context: Context) throws {
    let days = list(days).compactMap { Int($0) }
    guard days.count == list(self.days).count, days.allSatisfy({ $0 > 0 }), (1...30) ~= days.count
    else {
      throw Diagnostic(
        "not a list of days", subject: self.days, remedy: "write it as 1,7,30", status: .usage)
    }
    let costs = try cost.map(parsedCosts) ?? [:]
    let question = try analysis.prepare(context)
    for event in [register, conversion].compactMap(\.self) { question.warnIfUnseen(event) }
    let all = try SourceQuality.of(
      question.engine, question.scope, register: register, conversion: conversion, days: days)
    try question.print(
      all.map { answer($0, costs, question) })
  }

  private func parsedCosts(_ text: String) throws(Diagnostic) -> [String: Double] {
    var costs: [String: Double] = [:]
    for part in list(text) {
      guard let sign = part.lastIndex(of: "="),
        let cost = Exact(part[part.index(after: sign)...]), cost >= .zero
      else {
        throw Diagnostic(
          "not a cost", subject: part, remedy: "write SOURCE=AMOUNT, as search=1200",
          status: .usage)
      }
      costs[String(part[..<sign])] = cost.double
    }
    return costs
  }

  private func answer(
    _ quality: SourceQuality, _ costs: [String: Double], _ question: Question
  ) -> Answer {
    let isTerminal = question.context.console.outputIsTerminal
    let hasConversion = quality.conversion != nil
    let hasInvites = quality.rows.contains { $0.invited != nil }
    var titles = ["source", "users", "activated"]
    titles += quality.days.flatMap { ["day \($0)", "to day \($0)"] }
    if hasConversion { titles += ["converted", "value", "value/user"] }
    if !costs.isEmpty { titles += ["cost", "cost/user"] + (hasConversion ? ["value/cost"] : []) }
    if hasInvites { titles += ["invited", "k-factor"] }
    var table = Table(titles.enumerated().map { .init($1, number: $0 > 0) })
    table.rows = quality.rows.map { row in
      var cells = [
        row.source, number(row.registered, isTerminal), share(row.activated, of: row.registered),
      ]
      for kept in row.kept {
        cells += [share(kept.onDay, of: kept.eligible), share(kept.within, of: kept.eligible)]
      }
      let isEnough = row.registered >= fewestUsers
      let value = Double(decimal(row.value)) ?? 0
      if hasConversion {
        cells += [
          share(row.converted, of: row.registered), decimal(row.value),
          isEnough ? fixed(value / Double(row.registered), 2) : "too few",
        ]
      }
      if !costs.isEmpty {
        let cost = costs[row.source]
        cells += [fixed(cost, 2), fixed(cost.map { $0 / Double(row.registered) }, 2)]
        if hasConversion {
          cells.append(fixed(cost.flatMap { $0 > 0 ? value / $0 : nil }, 2))
        }
      }
      if hasInvites {
        cells += ["\(row.invited ?? 0)", isEnough ? fixed(row.kFactor, 3) : "too few"]
      }
      return cells
    }
    return Answer(
      json: { quality.json }, tables: [table],
      remarks: [tooFew(quality.registered)].compactMap(\.self),
      plot: { $0.bars(quality.rows.map { ($0.source, Double($0.registered)) }) },
      cells: { try quality.eachUser(question.engine, question.scope, $0) })
  }
}

extension Question {
  /// The numbers of the users for whom an expression holds.
  func users(who expression: String) throws -> [Int] {
    try engine.members(of: engine.segment(SourceText(expression)))
  }
}
