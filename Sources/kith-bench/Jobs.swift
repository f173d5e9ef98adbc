import KithCommands
import KithSegments
import KithStore
import KithSystem

/// The jobs that are measured, one after the other, on one store.
struct Jobs {
  private let options: Options
  private let path: String
  private let outside: Outside
  private static let expression =
    "count(purchase, 90d) >= 2 and not did(refund, 90d) and source = \"friend\""

  init(_ options: Options, in place: Place) {
    self.options = options
    path = place.root + "/bench.kith"
    var outside = Outside.real()
    outside.variables["XDG_STATE_HOME"] = place.root + "/state"
    self.outside = outside
  }

  func run() throws -> Report {
    let zone = try Zone.named(DemoShop.timeZone)
    let log = DemoShop.events(seed: 1, now: outside.clock.now(), zone: zone, users: options.users)
    let empty = try Store.create(at: path, timeZone: DemoShop.timeZone, outside: outside)
    var events = 0
    let importing = try seconds {
      events = try empty.importEvents([.bytes(name: "bench.csv", log)]).rows
    }
    var report = Report(users: options.users, events: events, bytes: log.count)
    report.add("import", rows: events, [importing])
    report.add("open", rows: events, try repeated { try engine() })
    report.add("stages", rows: events, try afterOpening { _ = try $0.stages() })
    report.add(
      "segment", rows: events,
      try afterOpening { _ = try $0.count($0.segment(SourceText(Jobs.expression))) })
    report.add(
      "panes", rows: events,
      try afterOpening { engine in
        _ = try engine.stages()
        for stage in ["effective", "active", "core"] {
          let sort = Sort(.last, descending: true)
          _ = try engine.page(PagePlan(stage: stage, sort: sort, limit: 100))
        }
      })
    return report
  }

  /// Opens the store as a fresh process would, derived state and all.
  @discardableResult
  private func engine() throws -> any Engine {
    let store = try Store.open(at: path, outside: outside)
    let snapshot = try store.snapshot()
    let moment = try store.moment(horizon: snapshot.horizon)
    return try EmbeddedEngine(
      snapshot: snapshot, decisions: store.decisions(), settings: store.settings, moment: moment)
  }

  /// Times of a job on an engine that has answered nothing yet; opening it is not counted.
  private func afterOpening(_ job: (any Engine) throws -> Void) throws -> [Double] {
    try (0..<options.repetitions).map { _ in
      let engine = try engine()
      return try seconds { try job(engine) }
    }
  }

  private func repeated(_ job: () throws -> Void) throws -> [Double] {
    try (0..<options.repetitions).map { _ in try seconds(job) }
  }

  private func seconds(_ job: () throws -> Void) rethrows -> Double {
    let took = try ContinuousClock().measure(job).components
    return Double(took.seconds) + Double(took.attoseconds) / 1e18
  }
}
