import ArgumentParser
import KithAnalysis
import KithSegments
import KithStore
import KithSystem

struct ForecastCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "forecast",
    abstract: "Who is still a customer, and how much each will buy.",
    discussion: """
      Examples:
        kith forecast --horizon 13w,52w
        kith forecast --event payment_done --unit 1d --horizon 90d
        kith forecast --users --json

      The BG/NBD model (Fader, Hardie and Lee, 2005), fitted by maximum likelihood. Purchases of one \
      day count once; the first one is not a repeat purchase.
      """)

  @Option(
    help: ArgumentHelp("What a purchase is; else forecast.event of kith.yaml.", valueName: "event"),
    completion: .event)
  var event: String?

  @Option(help: ArgumentHelp("The model's unit of time; else forecast.unit.", valueName: "length"))
  var unit: String?

  @Option(help: ArgumentHelp("How far to look, as 13w,52w.", valueName: "lengths"))
  var horizon = "39w"

  @Option(help: ArgumentHelp("Takes these instead of a fit.", valueName: "r,alpha,a,b"))
  var parameters: String?

  @OptionGroup var analysis: AnalysisOptions

  func run(_ context: Context) throws {
    let horizons = try list(horizon).map(parseWholeDays)
    let given = try parameters.map(parsedParameters)
    let unit = try unit.map(parseWholeDays)
    let question = try analysis.prepare(context)
    let settings = question.store.settings.forecast
    let event = event ?? settings.event
    question.warnIfUnseen(event)
    let forecasts = try PurchaseForecast.of(
      question.engine, question.scope, event: event,
      unitDays: unit ?? max(1, Int(settings.unitMs / Instant.dayMs)), horizons: horizons,
      parameters: given)
    try question.print(forecasts.map { answer($0, question) })
  }

  private func parsedParameters(_ text: String) throws(Diagnostic) -> BetaGeometric {
    let numbers = list(text).compactMap { Double($0) }
    guard numbers.count == 4, list(text).count == 4,
      numbers.allSatisfy({ $0 > 0 && $0.isFinite })
    else {
      throw Diagnostic(
        "not the parameters of the model", subject: text,
        remedy: "write four numbers above zero, as 0.243,4.414,0.793,2.426", status: .usage)
    }
    return BetaGeometric(r: numbers[0], alpha: numbers[1], a: numbers[2], b: numbers[3])
  }

  private func answer(_ forecast: PurchaseForecast, _ question: Question) -> Answer {
    let isTerminal = question.context.console.outputIsTerminal
    var summary = Table([.init("measure"), .init("value", number: true)])
    summary.rows = [["customers", number(forecast.buyers.count, isTerminal)]]
    let isEnough = forecast.buyers.count >= fewestUsers || forecast.isGiven
    if let model = forecast.model {
      for (name, value) in zip(["r", "alpha", "a", "b"], [model.r, model.alpha, model.a, model.b]) {
        summary.rows.append([name, isEnough ? fixed(value, 4) : "too few"])
      }
      summary.rows += [
        [
          "still customers",
          isEnough ? fixed((forecast.meanAlive ?? 0) * 100, 1) + " %" : "too few",
        ]
      ]
      for (horizon, total) in zip(forecast.horizons, forecast.totals) {
        summary.rows.append([
          "purchases in \(horizon) days", isEnough ? fixed(total, 1) : "too few",
        ])
      }
    }
    let most = forecast.buyers.least(isEnough ? 10 : 0) {
      ($1.expected.first ?? 0, $0.user) < ($0.expected.first ?? 0, $1.user)
    }
    var buyers = Table(
      [.init("user"), .init("repeat days", number: true), .init("p_alive", number: true)]
        + forecast.horizons.map { .init("in \($0) days", number: true) })
    buyers.rows = most.map { buyer in
      [question.id(buyer.user), "\(buyer.customer.x)", fixed(buyer.isAlive, 3)]
        + buyer.expected.map { fixed($0, 2) }
    }
    return Answer(
      json: { forecast.json(all: analysis.users) { question.id($0) } },
      tables: !most.isEmpty ? [summary, buyers] : [summary],
      remarks: [tooFew(forecast.buyers.count)].compactMap(\.self)
        + (forecast.isAtBoundary
          ? ["a parameter ran to its bound: the data does not say what it is"] : []),
      plot: { $0.alive(forecast) },
      cells: { visitor in
        for buyer in forecast.buyers {
          visitor("customers", buyer.user)
          visitor(Pen.tenth(buyer.isAlive), buyer.user)
        }
      }, jsonNamesUsers: true)
  }
}

extension Pen {
  /// Customers by tenths of P(alive).
  func alive(_ forecast: PurchaseForecast) -> String {
    let tenths = (0..<10).reversed().map { Pen.tenth((Double($0) + 0.5) / 10) }
    return bars(
      tenths.map { name in
        (name, Double(forecast.buyers.count { Pen.tenth($0.isAlive) == name }))
      })
  }

  /// `p_alive 0.9 to 1.0`.
  static func tenth(_ share: Double) -> String {
    let place = min(9, Int(share * 10))
    return "p_alive \(fixed(Double(place) / 10, 1)) to \(fixed(Double(place + 1) / 10, 1))"
  }
}
