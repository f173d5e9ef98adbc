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
    help: ArgumentHelp("What a purchase is; else forecast.event of kith.yaml.", valueName: "event"))
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
    for kind in BuyerKind.allCases.reversed() {
      let own = rfm.buyers.filter { BuyerKind($0.scores) == kind }
      kinds.rows.append([
        kind.english, kind.chinese, number(own.count, isTerminal),
        share(own.count, of: rfm.buyers.count), decimal(own.reduce(0) { $0 + $1.monetary }),
      ])
    }
    var cells = Table([
      .init("rfm"), .init("kind"), .init("用户类型"), .init("users", number: true),
    ])
    let named = Dictionary(rfm.buyers.map { ($0.digits, BuyerKind($0.scores)) }) { first, _ in first
    }
    cells.rows = rfm.cells.sorted { $0.key > $1.key }.map { digits, users in
      let kind = named[digits]
      return [digits, kind?.english ?? "", kind?.chinese ?? "", number(users, isTerminal)]
    }
    return Answer(
      json: rfm.json(all: analysis.users) { question.id($0) }, tables: [kinds, cells],
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
      text: { grouped(Int($0)) })
  }
}

extension RFM.Ties: ExpressibleByArgument {}
