public import KithStore
import KithSystem
import Synchronization

/// Numbers that are worked out from all users together, so that none can be read off one: what a room
/// above knows how to do, done when an expression first asks for it, and kept.
public struct Scores: Sendable {
  public enum Measure: Hashable, Sendable {
    /// Scores of recency, frequency and monetary value, 1 to 5.
    case recency, frequency, monetary
    /// The chance of still being a customer.
    case alive
    /// Expected purchases in so many days.
    case expected(days: Int)
  }
  /// By user number; nil where a user has no such number.
  public typealias Values = [Exact?]

  private let work: @Sendable (Measure, any Snapshot, Moment) -> Values
  private let kept = Memory()

  /// - Parameter work: gives a measure of all users at a moment; an empty answer stands for nobody.
  public init(work: @escaping @Sendable (Measure, any Snapshot, Moment) -> Values) {
    self.work = work
  }

  /// Nobody has a score.
  public init() {
    self.init { _, _, _ in [] }
  }

  /// Of all users. Cost: O(1) once a measure is worked out at a moment.
  func values(_ measure: Measure, _ world: World, _ frame: Frame) -> Values {
    kept.values(measure, frame.instant) {
      work(
        measure, world.snapshot,
        Moment(
          instant: frame.instant, decisionsUntil: nil, zone: world.zone,
          weekStart: world.weekStart, horizon: world.snapshot.horizon))
    }
  }

  /// Cost: O(1) once a measure is worked out at a moment.
  func value(_ measure: Measure, of user: Int, _ world: World, _ frame: Frame) -> Datum {
    let values = values(measure, world, frame)
    guard values.indices.contains(user), let value = values[user] else { return .absent }
    return .number(Ratio(value))
  }

  private final class Memory: Sendable {
    struct Key: Hashable {
      var measure: Measure
      var instant: Instant
    }
    private let kept = Mutex<[Key: Values]>([:])

    /// Whoever comes second waits: working it out twice would take longer.
    func values(_ measure: Measure, _ instant: Instant, _ work: () -> Values) -> Values {
      kept.withLock { kept in
        let key = Key(measure: measure, instant: instant)
        if let values = kept[key] { return values }
        let values = work()
        kept[key] = values
        return values
      }
    }
  }
}
