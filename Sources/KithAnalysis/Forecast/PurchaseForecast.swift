public import KithSegments
import KithStore
public import KithSystem

/// Who is still a customer, and how much each will buy (DEFINITIONS, `bgnbd`).
public struct PurchaseForecast: Sendable, Equatable {
  public struct Buyer: Sendable, Equatable {
    public var user: Int
    public var customer: BetaGeometric.Customer
    public var isAlive: Double
    /// Purchases in each horizon.
    public var expected: [Double]
  }
  public var day: Day
  public var event: String
  /// The model's unit in days.
  public var unitDays: Int
  /// In days.
  public var horizons: [Int]
  /// By id; empty where nobody bought.
  public var buyers: [Buyer]
  /// Nil where nobody bought.
  public var model: BetaGeometric?
  /// Whether the parameters were given, not fitted.
  public var isGiven: Bool
  public var logLikelihood: Double
}

extension PurchaseForecast {
  /// One for each group of the scope, each with a fit of its own unless parameters are given.
  ///
  /// Cost: the users' events, then some hundred passes over the different buying patterns.
  public static func of(
    _ engine: EmbeddedEngine, _ scope: Scope = Scope(), event: String, unitDays: Int,
    horizons: [Int], parameters: BetaGeometric? = nil
  ) throws(Cancelled) -> [PurchaseForecast] {
    let customers = try customers(engine, event: event, unitDays: unitDays)
    return scope.groups.names.indices.map { group in
      let own = customers.filter { scope.groups[$0.user] == group }
      let patterns = BuyingPatterns(own.map(\.customer))
      let model = own.isEmpty ? nil : parameters ?? patterns.fitted()
      let spans = horizons.map { Double($0) / Double(unitDays) }
      return PurchaseForecast(
        day: engine.moment.day, event: event, unitDays: unitDays, horizons: horizons,
        buyers: model.map { buyers(own, $0, spans) } ?? [], model: model,
        isGiven: parameters != nil,
        logLikelihood: model.map { patterns.logLikelihood($0).value } ?? 0)
    }
  }

  /// What the model says of each customer, on all cores.
  private static func buyers(
    _ customers: [(user: Int, customer: BetaGeometric.Customer)], _ model: BetaGeometric,
    _ spans: [Double]
  ) -> [Buyer] {
    let chunk = 8192
    return Cores.map((customers.count + chunk - 1) / chunk) { part in
      customers[(part * chunk)..<min((part + 1) * chunk, customers.count)].map { user, customer in
        Buyer(
          user: user, customer: customer, isAlive: model.isAlive(customer),
          expected: spans.map { model.expected(customer, in: $0) })
      }
    }.flatMap(\.self)
  }

  private static func customers(
    _ engine: EmbeddedEngine, event: String, unitDays: Int
  ) throws(Cancelled) -> [(user: Int, customer: BetaGeometric.Customer)] {
    let code = engine.snapshot.eventNames.code(event)
    let lists = try engine.activeDays(of: code.map { [$0] } ?? [])
    let today = Int(engine.moment.day.number)
    let unit = Double(unitDays)
    var customers: [(user: Int, customer: BetaGeometric.Customer)] = []
    for user in 0..<lists.users {
      lists.withDays(of: user) { days in
        guard let first = days.first, let last = days.last else { return }
        customers.append(
          (
            user,
            BetaGeometric.Customer(
              x: days.count - 1, last: Double(last - first) / unit,
              age: Double(today - Int(first)) / unit)
          ))
      }
    }
    return engine.inOrderOfIDs(customers, user: \.user)
  }

  /// Whether a fitted parameter ran to its bound, so that the data does not say what it is.
  public var isAtBoundary: Bool { !isGiven && model?.isAtBoundary == true }

  /// The mean of P(alive); nil where nobody bought.
  public var meanAlive: Double? {
    buyers.isEmpty ? nil : buyers.reduce(0) { $0 + $1.isAlive } / Double(buyers.count)
  }

  /// The sum over all buyers for each horizon.
  public var totals: [Double] {
    horizons.indices.map { place in buyers.reduce(0) { $0 + $1.expected[place] } }
  }

  /// A horizon in units, as JSON keys name it: `39`.
  public func name(ofHorizon days: Int) -> String {
    days % unitDays == 0 ? "\(days / unitDays)" : "\(Double(days) / Double(unitDays))"
  }
}

extension PurchaseForecast {
  /// - Parameters:
  ///   - all: whether to list every buyer; else the first 15 and the 5 with the most repeat days.
  ///   - id: names a user.
  public func json(all: Bool, id: (Int) -> String) -> JSON {
    let names = horizons.map(name)
    let sum = { (part: (Buyer) -> Double) in buyers.reduce(0) { $0 + part($1) } }
    func byHorizon(_ values: [Double]) -> JSON {
      .object(zip(names, values).map { .init($0, .double($1)) })
    }
    return [
      "as_of": .day(day), "event": .string(event), "unit_days": .int(unitDays),
      "users_modelled": .int(buyers.count),
      "users_without_repeat": .int(buyers.count { $0.customer.x == 0 }),
      "repeat_purchase_days": .int(buyers.reduce(0) { $0 + $1.customer.x }),
      "sum_T": .double(sum { $0.customer.age }), "sum_t_x": .double(sum { $0.customer.last }),
      "parameters": model?.json ?? .null,
      "log_likelihood": model == nil ? .null : .double(logLikelihood),
      "at_boundary": isGiven ? .null : model.map { .bool($0.isAtBoundary) } ?? .null,
      "mean_p_alive": .double(meanAlive),
      "expected_per_new_user": byHorizon(
        model.map { model in
          horizons.map { model.expectedOfNew(in: Double($0) / Double(unitDays)) }
        } ?? []),
      "expected_total": byHorizon(model == nil ? [] : totals),
      "users_columns": .array(
        (["user_id", "x", "t_x", "T", "p_alive"] + names.map { "expected_" + $0 })
          .map(JSON.string)),
      "users": .array((all ? buyers : shown).map { json($0, id) }),
    ]
  }

  private var shown: [Buyer] {
    let most = buyers.least(5) { $0.customer.x > $1.customer.x }
    let first = buyers.prefix(15)
    return first + most.filter { buyer in !first.contains { $0.user == buyer.user } }
  }

  private func json(_ buyer: Buyer, _ id: (Int) -> String) -> JSON {
    .array(
      [
        .string(id(buyer.user)), .int(buyer.customer.x), .double(buyer.customer.last),
        .double(buyer.customer.age), .double(buyer.isAlive),
      ] + buyer.expected.map { .double($0) })
  }
}
