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

/// Follows one user through a funnel.
///
/// Fed with the user's events that are steps at all, in order. `reached[k]` is the latest start from which
/// k + 1 steps are done by now: a later start is always as good, since the window ends later. When a new
/// depth is reached at time c, the earliest attempt that reaches it is the one from the first start at
/// or after c − window: an attempt that starts earlier reaches every step no later, and nothing got as
/// deep before c. Cost: events × steps of each; nothing is tried twice.
struct FunnelWalker: Sendable {
  let steps: Int
  let window: Int64
  private var times: [Int64] = []
  private var masks: [UInt32] = []
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

  /// Begins with another user.
  mutating func reset() {
    times.removeAll(keepingCapacity: true)
    masks.removeAll(keepingCapacity: true)
    for step in 0..<depth { reached[step] = .min }
    depth = 0
  }

  /// The next event in order; bit k of the mask says that it is step k.
  @inline(__always)
  mutating func add(_ time: Int64, _ mask: UInt32) {
    times.append(time)
    masks.append(mask)
    // From the deepest step up, so that one event is no two steps of an attempt.
    var step = min(depth, steps - 1)
    while step >= 0 {
      if mask & (1 << UInt32(step)) != 0 {
        if step == 0 {
          reached[0] = time
          deepen(to: 1)
        } else if reached[step - 1] != .min, time - reached[step - 1] <= window {
          reached[step] = reached[step - 1]
          deepen(to: step + 1)
        }
      }
      step -= 1
    }
  }

  private mutating func deepen(to depth: Int) {
    guard depth > self.depth else { return }
    self.depth = depth
    end = times.count - 1
  }

  /// Gives the time from the first step to each that was reached, in the earliest attempt of that depth.
  func eachStep(_ body: (_ step: Int, _ sinceFirst: Int64) -> Void) {
    guard depth > 0 else { return }
    var place = end
    var start = end
    while place >= 0, times[place] >= times[end] - window {
      if masks[place] & 1 != 0 { start = place }
      place -= 1
    }
    body(0, 0)
    place = start
    for step in 1..<max(depth, 1) {
      place += 1
      while masks[place] & (1 << UInt32(step)) == 0 { place += 1 }
      body(step, times[place] - times[start])
    }
  }
}
