import Glibc
import KithSystem

/// Compares the engine with its row-by-row twin on random stores and expressions of the whole
/// language, and shows the smallest case in which they part.
@main
enum Fuzz {
  static func main() {
    guard let options = Options(CommandLine.arguments.dropFirst()) else {
      print(Options.help)
      exit(CommandLine.arguments.contains("--help") ? 0 : 2)
    }
    do {
      exit(try options.isCanary ? canary(options) : compare(options))
    } catch {
      print((error as? any Explained)?.diagnostic.text() ?? "kith-fuzz: \(error)")
      exit(2)
    }
  }

  private static func compare(_ options: Options) throws -> Int32 {
    var tally = Tally()
    for round in 0..<options.rounds {
      let seed = options.seed &+ UInt64(round)
      do {
        try Round(seed: seed).run(&tally)
      } catch let finding as Finding {
        print(finding.shrunk().text(seed: seed))
        return 1
      }
    }
    print(
      "\(tally.comparisons) comparisons over \(tally.stores) stores, none differs; "
        + "\(tally.parting) part the users, "
        + "\(tally.refused) expressions were refused; seed \(options.seed)")
    return 0
  }

  /// Plants each fault in turn. It fails, as a canary must, where every one is found.
  private static func canary(_ options: Options) throws -> Int32 {
    var missed: [Fault] = []
    for fault in Fault.allCases {
      if let (seed, finding) = try found(fault, options) {
        print("\(fault.rawValue), seed \(seed): \(finding.shrunk().text(seed: seed))\n")
      } else {
        missed.append(fault)
      }
    }
    for fault in missed { print("\(fault.rawValue) was not found") }
    return missed.isEmpty ? 1 : 0
  }

  /// The first difference that a planted fault makes.
  static func found(_ fault: Fault, _ options: Options) throws -> (UInt64, Finding)? {
    var tally = Tally()
    for round in 0..<options.rounds {
      let seed = options.seed &+ UInt64(round)
      do {
        try Round(seed: seed, fault: fault).run(&tally)
      } catch let finding as Finding {
        return (seed, finding)
      }
    }
    return nil
  }
}

/// What the caller chose.
struct Options {
  var seed: UInt64 = 1
  var rounds = 1000
  var isCanary = false

  static let help = """
    kith-fuzz [--seed N] [--rounds N] [smoke|canary]
      --seed N     the first store's seed; the next one's is one higher (1)
      --rounds N   stores, with some 110 comparisons each (1000)
      smoke        30 rounds
      canary       plants faults, and fails where each is found: exit 1
    Exit 0: nothing differs. Exit 1: something does, and is shown as small as it gets.
    """

  /// nil where a word is not known or a number is none.
  init?(_ words: ArraySlice<String>) {
    var rest = words
    while let word = rest.popFirst() {
      switch word {
      case "smoke": rounds = 30
      case "canary": isCanary = true
      case "--seed":
        guard let number = rest.popFirst().flatMap({ UInt64($0) }) else { return nil }
        seed = number
      case "--rounds":
        guard let number = rest.popFirst().flatMap({ Int($0) }), number > 0 else { return nil }
        rounds = number
      default: return nil
      }
    }
  }
}
