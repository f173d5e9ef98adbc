public import KithSegments
public import KithStore
import KithSystem
import Synchronization

extension Scores {
  /// The scores of the event and unit under `forecast:` in kith.yaml: `rfm_r`, `rfm_f`, `rfm_m`, `p_alive`
  /// and `expected_purchases(…)` of expressions. Users without that event have none.
  public static func of(_ settings: Settings) -> Scores {
    let fits = Fits()
    // Scores look at events alone; rules that ask for scores would ask in a circle.
    var plain = settings
    (plain.stages, plain.bands, plain.suggest) = ([], [], [])
    let settings = plain
    return Scores { measure, snapshot, moment in
      guard let snapshot = snapshot as? RunSnapshot,
        let engine = try? EmbeddedEngine(
          snapshot: snapshot, decisions: Decisions(), settings: settings, moment: moment)
      else { return [] }
      var values = Values(repeating: nil, count: snapshot.userCount)
      let forecast = settings.forecast
      switch measure {
      case .recency, .frequency, .monetary:
        for buyer in (try? RFM.of(engine, event: forecast.event))?.first?.buyers ?? [] {
          values[buyer.user] = Exact(buyer.scores[measure])
        }
      case .alive, .expected:
        for buyer in fits.forecast(engine, forecast, measure)?.buyers ?? [] {
          values[buyer.user] = Exact(nearest: buyer.expected.first ?? buyer.isAlive)
        }
      }
      return values
    }
  }
}

/// The models that were fitted, by instant.
private final class Fits: Sendable {
  private let models = Mutex<[Instant: BetaGeometric]>([:])

  /// With one horizon where one is asked for, else without.
  func forecast(
    _ engine: EmbeddedEngine, _ settings: Forecast, _ measure: Scores.Measure
  ) -> PurchaseForecast? {
    var horizons: [Int] = []
    if case .expected(let days) = measure { horizons = [days] }
    let instant = engine.moment.instant
    let forecast = try? PurchaseForecast.of(
      engine, event: settings.event, unitDays: max(1, Int(settings.unitMs / Instant.dayMs)),
      horizons: horizons, parameters: models.withLock { $0[instant] }
    ).first
    if let model = forecast?.model { models.withLock { $0[instant] = model } }
    return forecast
  }
}

extension RFM.Scores {
  fileprivate subscript(measure: Scores.Measure) -> Int {
    switch measure {
    case .recency: r
    case .frequency: f
    default: m
    }
  }
}

extension Exact {
  /// The decimal of eighteen digits after the point that is nearest.
  fileprivate init(nearest number: Double) {
    self.init(units: Int128((min(max(number, -1e18), 1e18) * 1e18).rounded()))
  }
}
