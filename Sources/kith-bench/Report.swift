import KithSystem

/// What the sitting found, for people and for programs.
struct Report {
  let options: Options
  let peers: [String]
  private let machine = Machine()
  private var results: [Result] = []

  init(options: Options, peers: [String]) {
    self.options = options
    self.peers = peers
  }

  mutating func add(_ result: Result) {
    results.append(result)
    say("  " + cells(result).joined(separator: "  "))
  }

  /// Whether every engine did every job, and all said the same.
  var isSound: Bool {
    results.allSatisfy { $0.isAgreed && $0.failures.isEmpty }
  }

  var text: String {
    var text = "\(machine.text); \(options.rounds) rounds, medians\n"
    for events in options.events {
      text += "\n\(grouped(events)) events\n\n" + table(results.filter { $0.events == events })
    }
    text += commands(results.filter { $0.events == options.events.last })
    text += results.filter { !$0.isAgreed }.map(disagreement).joined()
    for result in results {
      for (engine, failure) in result.failures.sorted(by: { $0.key < $1.key }) {
        text += "\n\(result.job.name), \(engine): \(failure)\n"
      }
    }
    return text
  }

  /// What was run, for each job and engine.
  private func commands(_ results: [Result]) -> String {
    var text = "\n"
    for result in results {
      for engine in ["kith"] + peers {
        for command in result.measures[engine]?.last?.commands ?? [] {
          text += "\(result.job.name): \(command)\n"
        }
      }
    }
    return text
  }

  private func table(_ results: [Result]) -> String {
    let heads = ["job", "kith, ms"] + peers.map { $0 + ", ms" } + ["asked", "answers"]
    let heads2 = options.isMemoryShown ? (["kith"] + peers).map { $0 + ", MB" } : []
    var text = "| " + (heads + heads2).joined(separator: " | ") + " |\n| --- |"
    text += String(repeating: " ---: |", count: heads.count + heads2.count - 1) + "\n"
    for result in results {
      text += "| " + (cells(result) + memory(result)).joined(separator: " | ") + " |\n"
    }
    return text
  }

  private func cells(_ result: Result) -> [String] {
    let kith = result.median("kith")
    let figures = peers.map { peer in
      guard let median = result.median(peer) else { return "" }
      let ratio = kith.map { " (\(times(median / $0)))" } ?? ""
      return milliseconds(median) + ratio
    }
    return [result.job.name, kith.map(milliseconds) ?? ""] + figures
      + [asked(result.job), verdict(result)]
  }

  private func memory(_ result: Result) -> [String] {
    guard options.isMemoryShown else { return [] }
    return (["kith"] + peers).map { engine in
      result.memory(engine).map { "\(($0 + 500_000) / 1_000_000)" } ?? ""
    }
  }

  private func asked(_ job: Job) -> String {
    guard let target = job.target else { return "" }
    return [target.plain, target.tuned].map { $0 > 0 ? times($0) : "–" }.joined(separator: " / ")
  }

  private func verdict(_ result: Result) -> String {
    if !result.failures.isEmpty { return "failed" }
    if result.answers.isEmpty { return "" }
    if !result.isAgreed { return "DIFFER" }
    return result.answers.count > 1 ? "equal" : "alone"
  }

  private func disagreement(_ result: Result) -> String {
    "\n\(result.job.name) of \(grouped(result.events)) events: the answers differ\n"
      + result.answers.map { "  \($0.engine): \($0.answer.compact)\n" }.joined()
  }

  var json: JSON {
    [
      "machine": machine.json, "rounds": .int(options.rounds),
      "command": .string(CommandLine.arguments.joined(separator: " ")),
      "results": .array(
        results.map { result in
          [
            "events": .int(result.events), "job": .string(result.job.name),
            "agreed": .bool(result.isAgreed),
            "engines": .object(
              result.measures.sorted { $0.key < $1.key }.map { name, measures in
                .init(name, json(measures, result.median(name)))
              }),
          ]
        }),
    ]
  }

  private func json(_ measures: [Measure], _ median: Double?) -> JSON {
    [
      "median_s": median.map { .number(digits($0, 6)) } ?? .null,
      "seconds": .array(measures.map { .number(digits($0.seconds, 6)) }),
      "peak_bytes": .int(measures.map(\.memory).max() ?? 0),
      "commands": .array((measures.last?.commands ?? []).map(JSON.string)),
      "parts": .object(
        (measures.last?.parts ?? []).map { .init($0.name, .number(digits($0.seconds, 6))) }),
      "answer": measures.last?.answer ?? .null,
    ]
  }
}

/// `12.3` below a hundred, `1,234` above.
private func milliseconds(_ seconds: Double) -> String {
  seconds < 0.1
    ? digits(seconds * 1000, seconds < 0.01 ? 2 : 1)
    : grouped(Int((seconds * 1000).rounded()))
}

private func times(_ ratio: Double) -> String {
  (ratio < 9.95 ? digits(ratio, 1).replacing(".0", with: "") : grouped(Int(ratio.rounded()))) + "×"
}

/// A number with so many digits after the point.
private func digits(_ number: Double, _ count: Int) -> String {
  let scale = (0..<count).reduce(1.0) { scale, _ in scale * 10 }
  let units = Int((abs(number) * scale).rounded())
  let whole = "\(number < 0 ? "-" : "")\(units / Int(scale))"
  return count == 0 ? whole : whole + "." + pad(Int64(units % Int(scale)), count)
}

private func grouped(_ number: Int) -> String {
  number < 1000 ? "\(number)" : grouped(number / 1000) + "," + pad(Int64(number % 1000), 3)
}
