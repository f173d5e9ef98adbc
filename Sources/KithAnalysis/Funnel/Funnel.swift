public import KithSystem

/// How many users go through steps in order, within a window of the first (DEFINITIONS, `funnel`).
public struct Funnel: Sendable, Equatable {
  public struct Step: Sendable, Equatable {
    public var event: String
    /// Users who got here.
    public var users: Int
    /// The median time from the first step to this one, over the users who got here, in the earliest
    /// attempt that goes as deep as the user ever gets. In halves of a millisecond.
    public var medianHalfMs: Int64?

    public var medianSeconds: Double? { medianHalfMs.map { Double($0) / 2000 } }
  }

  public var day: Day
  public var steps: [Step]
  public var windowMs: Int64
  /// By user number how deep they got, from 1; 0 where they did not begin or are not counted. Empty
  /// unless asked for.
  public var depths: [UInt8]

  /// As many steps as a mask has bits for.
  public static let mostSteps = 32
}

/// Follows one user after the other through a funnel.
///
/// Given a user's events that are steps at all, in order. `reached[k]` is the latest start from which
/// k + 1 steps are done by now: a later start is always as good, since the window ends later. When a new
/// depth is reached at time c, the earliest attempt that reaches it is the one from the first start at
/// or after c − window: an attempt that starts earlier reaches every step no later, and nothing got as
/// deep before c. Cost: events × steps of each; nothing is tried twice.
struct FunnelWalker: Sendable {
  let steps: Int
  let window: Int64
  private var reached: [Int64]
  /// The event at which the present depth was first reached.
  private var end = 0
  /// How deep the user got.
  private(set) var depth = 0

  /// - Parameter window: in milliseconds, both ends included.
  init(steps: Int, window: Int64) {
    self.steps = steps
    self.window = window
    reached = Array(repeating: .min, count: steps)
  }

  /// Follows a user until nothing deeper can come; bit k of an event's mask says that it is step k.
  mutating func follow(_ times: UnsafeBufferPointer<Int64>, _ masks: UnsafeBufferPointer<UInt64>) {
    (depth, end) = reached.withUnsafeMutableBufferPointer { [steps, window] reached in
      FunnelWalker.follow(times, masks, steps, window, reached)
    }
  }

  private static func follow(
    _ times: UnsafeBufferPointer<Int64>, _ masks: UnsafeBufferPointer<UInt64>, _ steps: Int,
    _ window: Int64, _ reached: UnsafeMutableBufferPointer<Int64>
  ) -> (depth: Int, end: Int) {
    var (depth, end) = (0, 0)
    for place in times.indices {
      var bits = masks[place]
      // From the deepest step up, so that one event is no two steps of an attempt.
      while bits != 0 {
        let step = 63 &- bits.leadingZeroBitCount
        bits &= ~(1 &<< UInt64(truncatingIfNeeded: step))
        guard step <= depth else { continue }
        if step == 0 {
          reached[0] = times[place]
        } else if times[place] - reached[step - 1] <= window {
          reached[step] = reached[step - 1]
        } else {
          continue
        }
        if step == depth {
          depth = step + 1
          end = place
        }
      }
      if depth == steps { break }
    }
    return (depth, end)
  }

  /// Gives the time from the first step to each later one that was reached, in the earliest attempt of
  /// that depth; for the user that was followed last.
  func eachStep(
    _ times: UnsafeBufferPointer<Int64>, _ masks: UnsafeBufferPointer<UInt64>,
    _ body: (_ step: Int, _ sinceFirst: Int64) -> Void
  ) {
    guard depth > 1 else { return }
    var place = end
    var start = end
    while place >= 0, times[place] >= times[end] - window {
      if masks[place] & 1 != 0 { start = place }
      place -= 1
    }
    place = start
    for step in 1..<depth {
      place += 1
      while masks[place] & (1 << UInt64(step)) == 0 { place += 1 }
      body(step, times[place] - times[start])
    }
  }
}
