import KithSystem

/// One sitting: for each log and job, round by round, every engine once.
struct Session {
  private let options: Options

  init(_ options: Options) {
    self.options = options
  }

  func run() throws -> Report {
    makeFolder()
    guard exists(options.kith) else {
      throw BenchError("there is no \(options.kith): make release builds it")
    }
    var engines = options.engines.filter { $0 != "kith" }
    if !exists(options.peers) || !exists(options.python) {
      say("no \(options.peers), or no \(options.python): kith is measured alone")
      engines = []
    }
    var report = Report(options: options, peers: engines)
    for events in options.events {
      let log = try Log(events: events, options: options)
      let agreed = try log.agreedAnswers(options)
      let kith = KithEngine(options: options, log: log)
      if !jobs.contains(where: { $0.name == "import" }) { _ = try kith.importLog(log.csv) }
      for job in jobs {
        let peers = engines.map { PeerEngine(name: $0, options: options, log: log) }
        report.add(result(of: job, on: log, kith, peers, agreed: agreed?[job.name]))
      }
    }
    return report
  }

  private var jobs: [Job] {
    Job.all.filter { job in
      // The log of our own is CSV alone.
      (options.jobs?.contains(job.name) ?? true)
        && (job.name != "import-jsonl" || exists(options.generator))
    }
  }

  private func makeFolder() {
    var path = options.data.hasPrefix("/") ? "/" : ""
    for part in options.data.split(separator: "/") {
      path += part + "/"
      makeDirectory(path)
    }
  }

  private func result(
    of job: Job, on log: Log, _ kith: KithEngine, _ peers: [PeerEngine], agreed: JSON?
  ) -> Result {
    var result = Result(job: job, events: log.events)
    if let agreed { result.answers.append(("agreed", agreed)) }
    for round in 0..<(job.isImport ? options.imports : options.rounds) {
      say("\(log.events) events, \(job.name), round \(round + 1)")
      let runs: [(name: String, run: () throws -> Measure?)] =
        (options.engines.contains("kith") ? [("kith", { try job.run(kith) })] : [])
        + peers.map { peer in (peer.name, { try peer.run(job) }) }
      for (name, run) in runs where result.failures[name] == nil {
        do {
          if let measure = try run() { result.add(name, measure) }
        } catch {
          say("\(name): \(error)")
          result.failures[name] = "\(error)"
        }
      }
    }
    return result
  }
}

/// What all engines took for one job on one log.
struct Result {
  let job: Job
  let events: Int
  var measures: [String: [Measure]] = [:]
  /// By engine, in the order in which they came; equal ones once.
  var answers: [(engine: String, answer: JSON)] = []
  var failures: [String: String] = [:]

  mutating func add(_ engine: String, _ measure: Measure) {
    measures[engine, default: []].append(measure)
    guard let answer = measure.answer else { return }
    if !answers.contains(where: { $0.engine == engine && same($0.answer, answer) }) {
      answers.append((engine, answer))
    }
  }

  /// Seconds; nil where the engine did not do it.
  func median(_ engine: String) -> Double? {
    guard let all = measures[engine]?.map(\.seconds).sorted(), !all.isEmpty else { return nil }
    return (all[all.count / 2] + all[(all.count - 1) / 2]) / 2
  }

  func memory(_ engine: String) -> Int? {
    measures[engine]?.map(\.memory).max()
  }

  /// Whether all engines, and the agreed answers where they hold, say the same.
  var isAgreed: Bool {
    answers.allSatisfy { same($0.answer, answers[0].answer) }
  }
}

/// Whether two answers say the same, in whatever order of their members.
func same(_ left: JSON, _ right: JSON) -> Bool {
  switch (left, right) {
  case (.object(let first), .object(let second)):
    first.count == second.count
      && first.allSatisfy { member in right[member.name].map { same(member.value, $0) } ?? false }
  case (.array(let first), .array(let second)):
    first.count == second.count && zip(first, second).allSatisfy { same($0, $1) }
  default: left == right
  }
}
