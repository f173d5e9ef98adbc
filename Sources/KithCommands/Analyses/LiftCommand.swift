import ArgumentParser
import KithAnalysis
import KithSegments
import KithStore
import KithSystem

struct LiftCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "lift",
    abstract: "What an experiment in the log brought.",
    discussion: """
      Examples:
        kith lift --arm bucket --control control --conversion purchase --within 7d
        kith lift --arm group --control a --conversion purchase --exposure install

      A user belongs to the arm of the first event that has one. The interval is Newcombe's; where it \
      holds zero, chance alone could have done it.
      """)

  @Option(help: ArgumentHelp("The property that holds the arm.", valueName: "property"))
  var arm: String

  @Option(help: ArgumentHelp("The arm that others are compared with.", valueName: "arm"))
  var control: String

  @Option(
    help: ArgumentHelp("What users are to do.", valueName: "event"),
    completion: .event)
  var conversion: String

  @Option(
    help: ArgumentHelp("The event that exposes; else any with an arm.", valueName: "event"),
    completion: .event)
  var exposure: String?

  @Option(help: ArgumentHelp("From exposure to conversion, at most.", valueName: "length"))
  var within: String?

  @Option(help: ArgumentHelp("Of the intervals.", valueName: "share"))
  var confidence = 0.95

  @OptionGroup var analysis: AnalysisOptions

  func validate() throws {
    if !(confidence > 0 && confidence < 1) {
      throw ValidationError("--confidence is between 0 and 1")
    }
  }

  func run(_ context: Context) throws {
    var asked = LiftQuestion(property: arm, control: control, conversion: conversion)
    asked.exposure = exposure
    asked.windowMs = try within.map(parseLength)
    asked.confidence = confidence
    let question = try analysis.prepare(context)
    let properties = question.engine.snapshot.properties.map(\.name) + ["source"]
    guard properties.contains(arm) else {
      throw Diagnostic(
        "no such property", subject: arm,
        remedy: nearest(arm, in: properties).map { "did you mean \($0)?" }
          ?? "known are \(properties.joined(separator: ", "))", status: .usage)
    }
    for event in [conversion, exposure].compactMap(\.self) { question.warnIfUnseen(event) }
    let lifts = try Lift.of(question.engine, question.scope, asked)
    if let lift = lifts.first, lifts.count == 1, !lift.arms.contains(where: { $0.name == control })
    {
      throw Diagnostic(
        "nobody is in the control arm", subject: control,
        remedy: "the arms are \(lift.arms.map(\.name).joined(separator: ", "))", status: .usage)
    }
    try question.print(lifts.map { answer($0, question) })
  }

  private func answer(_ lift: Lift, _ question: Question) -> Answer {
    let isTerminal = question.context.console.outputIsTerminal
    var table = Table(
      [
        "arm", "users", "converted", "rate", "value/user", "difference", "interval", "p",
        "incremental",
      ]
      .enumerated().map { .init($1, number: $0 > 0) })
    let control = lift.arms.first { $0.name == lift.control }
    table.rows = lift.arms.map { arm in
      let cells = [
        arm.name, number(arm.users, isTerminal), number(arm.converted, isTerminal),
        share(arm.converted, of: arm.users),
        arm.users < fewestUsers ? "too few" : fixed(arm.mean, 2),
      ]
      guard arm.name != lift.control, let comparison = lift.comparison(of: arm) else {
        return cells + ["", "", "", ""]
      }
      guard min(arm.users, control?.users ?? 0) >= fewestUsers else {
        return cells + Array(repeating: "too few", count: 4)
      }
      return cells + [
        points(comparison.difference),
        points(comparison.newcombe.lowerBound) + " to " + points(comparison.newcombe.upperBound),
        probability(comparison.pValue), fixed(comparison.incremental, 1),
      ]
    }
    let two = "\(counted(lift.inTwoArms, "user")) seen in two arms, left out"
    return Answer(
      json: { lift.json }, tables: [table], remarks: lift.inTwoArms > 0 ? [two] : [],
      plot: { pen in
        pen.bars(lift.arms.map { ($0.name, ($0.rate ?? 0) * 100) }, text: { fixed($0, 1) + " %" })
      },
      cells: { visitor in
        for (user, place) in lift.places.enumerated() where place >= 0 {
          let name = lift.arms[Int(place)].name
          visitor(name, user)
          if lift.hasConverted[user] { visitor("\(name) converted", user) }
        }
      })
  }

  /// Percentage points with their sign.
  private func points(_ share: Double) -> String {
    (share >= 0 ? "+" : "") + fixed(share * 100, 1)
  }
}
