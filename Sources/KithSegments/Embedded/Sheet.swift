import KithStore
import KithSystem

/// The facts of single users, for the rows of a page: planned once, worked out user by user.
final class Sheet {
  private let worker: Worker
  private let engine: EmbeddedEngine
  private let scope: Scope
  private let copiesID: Bool
  private let isDetailed: Bool
  private let manyEvents: Int
  private let first: Quantity?
  private let last: Quantity?
  private let events: Quantity?
  private let value: Quantity?
  /// The same as it is kept: worth a look for who has many events.
  private lazy var keptValue: Quantity? = {
    let isKept = scope.times.seesAll && scope.columns.facts?.hasSums ?? false
    return isKept ? Quantity(.sumFact, unit: Unit.micros) : nil
  }()
  private let days30d: Quantity?
  private let rhythm: Quantity?

  /// - Parameters:
  ///   - scope: the engine's own, or the narrow one where few users are asked about.
  ///   - lends: whether each user's rows are copied before they are looked at.
  ///   - isDetailed: whether a summary has source and rhythm.
  ///   - isOfOne: whether one user alone is asked about.
  init(
    _ engine: EmbeddedEngine, _ scope: Scope, lends: Bool = false, isDetailed: Bool = true,
    isOfOne: Bool = false
  ) {
    self.engine = engine
    self.scope = scope
    copiesID = lends || isOfOne
    self.isDetailed = isDetailed
    manyEvents = isOfOne ? Sheet.manyEventsOfOne : Sheet.manyEvents
    worker = Worker(scope, lends: !lends ? .nothing : isDetailed ? .sourceToo : .timeAndValue)
    let planner = Planner(scope)
    first = planner.quantity(.first(Selection(.any)))
    last = planner.quantity(.last(Selection(.any)))
    events = planner.quantity(.count(Selection(.any)))
    value = planner.quantity(.aggregate(.sum, .value, Selection(.any)))
    days30d = planner.quantity(
      .days(Selection(.activity, window: .days(older: 30, newer: 0))))
    rhythm = planner.length(.rhythm, inDays: true)
  }

  /// Events whose values take longer to add than a checksum of what is kept.
  static let manyEvents = 4_000
  /// As ``manyEvents``, where what is kept would be opened for one user.
  private static let manyEventsOfOne = 20_000

  /// A user's id, copied where rows are, and of one user alone.
  func id(of user: Int) -> String {
    copiesID ? scope.columns.users.copiedID(of: user) : engine.world.snapshot.id(of: user)
  }

  /// What a user's events come to at the engine's moment.
  func summary(of user: Int) -> UserSummary {
    var summary = found(user)
    if !isDetailed { (summary.source, summary.rhythmDays) = (absentCode, nil) }
    return summary
  }

  private func found(_ user: Int) -> UserSummary {
    worker.lend(user)
    guard scope.columns.hasPlainDays, let first, let last, let events, let value,
      let days30d, let rhythm
    else { return byRows(user) }
    worker.overflown = Mask()
    var summary = UserSummary()
    summary.events = Int(worker.number(events, of: user) ?? 0)
    summary.first = worker.number(first, of: user) ?? 0
    summary.last = worker.number(last, of: user) ?? 0
    let total = summary.events < manyEvents ? value : keptValue ?? value
    summary.value = Exact(micros: worker.number(total, of: user) ?? 0)
    summary.days30d = Int(worker.number(days30d, of: user) ?? 0)
    if isDetailed {
      summary.rhythmDays = worker.number(rhythm, of: user).map(Int.init)
      summary.source = worker.firstSource(of: user)
    }
    return worker.overflown.isEmpty ? summary : byRows(user)
  }

  /// By the definitions, event by event.
  private func byRows(_ user: Int) -> UserSummary {
    var evaluator = RowEvaluator(world: engine.world, frames: engine.frames, columns: [])
    return UserSummary(evaluator.history(of: user, engine.frame))
  }

  /// Where a user stands.
  func standing(of user: Int) throws(Cancelled) -> Standing {
    worker.lend(user)
    var mask = Mask()
    mask.insert(worker.begin(user: user))
    var standing = Standing(stage: engine.world.rules.otherStage, band: nil)
    try worker.eachStanding(mask, scope.rules(), withBands: true) { _, stage, band in
      standing = Standing(stage: Int(stage), band: band == Standings.none ? nil : Int(band))
    }
    return standing
  }

  /// Whether a user has an event up to the moment.
  func isUser(_ user: Int) -> Bool { summary(of: user).events > 0 }
}

extension Worker {
  /// The snapshot's code of the first source of a user's visible events, or ``absentCode``.
  func firstSource(of user: Int) -> UInt32 {
    func look(_ run: RunView, _ rows: Range<Int>, _ codes: [UInt32]?) -> UInt32 {
      for row in rows {
        if run.times[row] > times.instant { break }
        let code = run.sources[row]
        if code == absentCode { continue }
        guard let codes else { return code }
        return Int(code) < codes.count ? codes[Int(code)] : absentCode
      }
      return absentCode
    }
    return withRows(of: user) { look($0, $1, $2?.sourceCodes) }
  }
}
