import Glibc
import KithStore
import KithSystem
import KithTestSupport
import Testing

@testable import KithAnalysis
@testable import KithSegments

/// The analyses of real logs, worked out elsewhere: run where `KITH_SHARED_DATA` names their folder.
@Suite(.enabled(if: getenv("KITH_SHARED_DATA") != nil))
struct SharedDataTests {
  let folder = getenv("KITH_SHARED_DATA").map { String(cString: $0) } ?? ""

  @Test(arguments: ["cdnow_sample", "edge_cases", "olist_leads", "shop_clicks"])
  func `every analysis of a real log is as expected`(name: String) throws {
    let expected = try JSON(utf8: try readFile(folder + "/expected/\(name).json")[...])
    var engines: [String: EmbeddedEngine] = [:]
    var checked = 0
    for run in expected["runs"]?.members ?? [] {
      let options = run.value["log_options"]
      let zoneName = options?["tz"]?.string ?? "UTC"
      let week = options?["week_start"]?.string ?? "monday"
      let asOf = options?["as_of"]?.string ?? run.value["result"]?["as_of"]?.string ?? ""
      let key = zoneName + week + asOf
      let engine = try engines[key] ?? self.engine(name, zoneName, week, asOf)
      engines[key] = engine
      guard let came = try result(run.value, engine) else { continue }
      let isFitted =
        run.value["analysis"]?.string == "bgnbd" && run.value["parameters"]?["params"] == nil
      let miss = difference(
        came, run.value["result"] ?? .null, "", isFitted ? 1e-3 : 1e-9)
      #expect(miss == nil, "\(name): \(run.name): \(miss ?? "")")
      checked += 1
    }
    #expect(checked >= 5)
  }

  private func engine(
    _ name: String, _ zoneName: String, _ week: String, _ asOf: String
  ) throws -> EmbeddedEngine {
    let zone = try Zone.named(zoneName)
    let snapshot = try SharedLog(events: "\(folder)/\(name).csv", in: zone).log.snapshot()
    let day = try #require(Day(asOf))
    return try EmbeddedEngine(
      snapshot: snapshot, decisions: Decisions(), settings: try Settings(yaml: "format: 1\n"),
      moment: Moment(
        instant: zone.end(of: day), decisionsUntil: nil, zone: zone,
        weekStart: WeekStart(rawValue: week) ?? .monday, horizon: snapshot.horizon))
  }

  /// What comes out, as JSON; nil for what is no analysis.
  private func result(_ run: JSON, _ engine: EmbeddedEngine) throws -> JSON? {
    let parameters = run["parameters"]
    func text(_ name: String) -> String? { parameters?[name]?.string }
    var scope = Scope()
    if let activity = run["log_options"]?["activity"] {
      let names = activity.array?.compactMap(\.string) ?? [activity.string ?? ""]
      scope.activity = Set(names.compactMap { engine.snapshot.eventNames.code($0) })
    }
    let period = Period(rawValue: text("period") ?? "") ?? .day
    switch run["analysis"]?.string {
    case "daily_lifecycle": return try Growth.of(engine, scope, period: period)[0].json
    case "lifecycle":
      let model = LifecycleModel.recency(
        newDays: parameters?["new_days"]?.int ?? 7,
        atRiskDays: parameters?["at_risk_days"]?.int ?? 14,
        dormantDays: parameters?["dormant_days"]?.int ?? 30,
        churnDays: parameters?["churn_days"]?.int ?? 90)
      return try LifecycleStates.of(
        engine, scope, model: text("model") == "recency" ? model : .duolingo)[0].json {
          engine.snapshot.id(of: $0)
        }
    case "retention":
      let question = RetentionQuestion(
        period: period, mode: Retention.Mode(rawValue: text("mode") ?? "") ?? .exact,
        start: text("start_event"), back: text("return_event"),
        most: parameters?["max_periods"]?.int)
      return try Retention.of(engine, scope, question)[0].json
    case "funnel":
      let steps = parameters?["steps"]?.array?.compactMap(\.string) ?? []
      let window = Int64(parameters?["window_seconds"]?.int ?? 0) * 1000
      return try Funnel.of(engine, scope, steps: steps, window: window)[0].json
    case "stickiness": return try Stickiness.of(engine, scope)[0].json
    case "rfm":
      let ties = RFM.Ties(rawValue: text("ties") ?? "") ?? .together
      return try RFM.of(engine, scope, event: text("event") ?? "purchase", ties: ties)[0].json(
        all: parameters?["users"] != nil
      ) { engine.snapshot.id(of: $0) }
    case "bgnbd": return try forecast(run, engine)
    default: return nil
    }
  }

  private func forecast(_ run: JSON, _ engine: EmbeddedEngine) throws -> JSON {
    let parameters = run["parameters"]
    let unit = parameters?["unit_days"]?.int ?? 7
    let given = parameters?["params"]?.array?.compactMap { digits in
      if case .number(let text) = digits { Double(text) } else { nil }
    }
    let horizons = parameters?["horizons"]?.array?.compactMap(\.int) ?? [39]
    return try PurchaseForecast.of(
      engine, event: "purchase", unitDays: unit, horizons: horizons.map { $0 * unit },
      parameters: given.map { BetaGeometric(r: $0[0], alpha: $0[1], a: $0[2], b: $0[3]) })[0].json(
        all: false
      ) { engine.snapshot.id(of: $0) }
  }

  /// Where two answers differ; nil where they do not.
  private func difference(
    _ came: JSON, _ wanted: JSON, _ path: String, _ tolerance: Double
  ) -> String? {
    switch (came, wanted) {
    case (.object, .object(let members)):
      for member in members {
        guard let value = came[member.name] else { return "\(path).\(member.name): missing" }
        if let miss = difference(value, member.value, "\(path).\(member.name)", tolerance) {
          return miss
        }
      }
      return nil
    case (.array(let left), .array(let right)):
      guard left.count == right.count else { return "\(path): \(left.count) of \(right.count)" }
      for (place, pair) in zip(left, right).enumerated() {
        if let miss = difference(pair.0, pair.1, "\(path)[\(place)]", tolerance) { return miss }
      }
      return nil
    case (.number(let left), .number(let right)):
      guard let left = Double(left), let right = Double(right) else { return path }
      let allowed = max(1e-9, tolerance * abs(right))
      return abs(left - right) <= allowed ? nil : "\(path): \(left), not \(right)"
    default: return came == wanted ? nil : "\(path): \(came.compact), not \(wanted.compact)"
    }
  }
}
