public import ArgumentParser
public import KithAnalysis
import KithSegments
import KithStore
import KithSystem

struct RFMCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "rfm",
    abstract: "Scores buyers by recency, frequency and value.",
    discussion: """
      Examples:
        kith rfm
        kith rfm --event payment_done --ties ntile --plot
        kith rfm --cell 555 | kith tag add champion -

      Each score is 1 to 5, 5 being best: how lately, how often, for how much. A kind of buyer is told \
      by which scores are high (4 or 5).
      """)

  @Option(
    help: ArgumentHelp("What a purchase is; else forecast.event of kith.yaml.", valueName: "event"),
    completion: .event)
  var event: String?

  @Option(help: "Whether equal values get equal scores, or fifths are equally large.")
  var ties: RFM.Ties = .together

  @OptionGroup var analysis: AnalysisOptions

  func run(_ context: Context) throws {
    let question = try analysis.prepare(context)
    let event = event ?? question.store.settings.forecast.event
    question.warnIfUnseen(event)
    let rfm = try RFM.of(question.engine, question.scope, event: event, ties: ties)
    try question.print(rfm.map { answer($0, question) })
  }

  private func answer(_ rfm: RFM, _ question: Question) -> Answer {
    let isTerminal = question.context.console.outputIsTerminal
    var kinds = Table([
      .init("kind"), .init("用户类型"), .init("users", number: true), .init("share", number: true),
      .init("value", number: true),
    ])
    var sums = BuyerKind.allCases.map { (kind: $0, users: 0, value: Int128(0)) }
    for buyer in rfm.buyers {
      let place = BuyerKind(buyer.scores).rawValue
      sums[place].users += 1
      sums[place].value += buyer.monetary
    }
    kinds.rows = sums.reversed().map { kind, users, value in
      [
        kind.english, kind.chinese, number(users, isTerminal),
        share(users, of: rfm.buyers.count), decimal(value),
      ]
    }
    var cells = Table([
      .init("rfm"), .init("kind"), .init("用户类型"), .init("users", number: true),
    ])
    cells.rows = rfm.cells.reversed().map { scores, users in
      let kind = BuyerKind(scores)
      return [scores.digits, kind.english, kind.chinese, number(users, isTerminal)]
    }
    return Answer(
      json: { rfm.json(all: analysis.users) { question.id($0) } }, tables: [kinds, cells],
      remarks: [tooFew(rfm.buyers.count)].compactMap(\.self),
      plot: { $0.rfm(rfm) },
      cells: { visitor in
        for buyer in rfm.buyers {
          visitor(buyer.digits, buyer.user)
          visitor(BuyerKind(buyer.scores).english, buyer.user)
        }
      }, jsonNamesUsers: true)
  }
}

extension Pen {
  /// Recency down, frequency across, users in each field.
  func rfm(_ rfm: RFM) -> String {
    var fields = Array(repeating: Array(repeating: Double?.some(0), count: 5), count: 5)
    for buyer in rfm.buyers {
      let (row, column) = (5 - buyer.scores.r, buyer.scores.f - 1)
      fields[row][column] = (fields[row][column] ?? 0) + 1
    }
    return heat(
      rows: (1...5).reversed().map { "r \($0)" }, columns: (1...5).map { "f \($0)" }, fields,
      text: { value, _, _ in grouped(Int(value)) })
  }
}

extension RFM.Ties: ExpressibleByArgument {}
