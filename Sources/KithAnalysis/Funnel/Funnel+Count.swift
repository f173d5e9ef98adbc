public import KithSegments
import KithStore
public import KithSystem

extension Funnel {
  /// One for each group of the scope.
  ///
  /// - Parameters:
  ///   - events: the steps in order, 1…``mostSteps``; a name may stand twice and then takes two events.
  ///   - window: in milliseconds.
  ///   - keepsUsers: whether to keep each user's depth.
  /// Cost: the users' events.
  public static func of(
    _ engine: EmbeddedEngine, _ scope: Scope = Scope(), steps events: [String], window: Int64,
    keepsUsers: Bool = false
  ) throws(Cancelled) -> [Funnel] {
    let groups = scope.groups
    let users = keepsUsers ? engine.snapshot.userCount : 0
    var tally = try engine.walkSteps(
      events.map { engine.snapshot.eventNames.code($0) }, within: window,
      from: { FunnelTally(groups: groups.count, steps: events.count, window: window) },
      visit: { tally, visit in
        let group = groups[visit.user]
        if group >= 0 { tally.take(visit, group, keepsUser: keepsUsers) }
      },
      merge: { $0.merge($1) })
    var funnels: [Funnel] = []
    for group in 0..<groups.count {
      var depths = [UInt8](repeating: 0, count: users)
      for (user, depth) in tally.depths where groups[user] == group { depths[user] = depth }
      let begun = tally.begun[group]
      let steps = events.indices.map { step in
        if step == 0 {
          return Step(event: events[0], users: begun, medianHalfMs: begun == 0 ? nil : 0)
        }
        let place = group * events.count + step
        return Step(
          event: events[step], users: tally.times[place].count,
          medianHalfMs: tally.times[place].twiceTheMedian())
      }
      funnels.append(
        Funnel(day: engine.moment.day, steps: steps, windowMs: window, depths: depths))
    }
    return funnels
  }

  public var json: JSON {
    let first = steps.first?.users ?? 0
    return [
      "as_of": .day(day),
      "steps": .array(
        steps.enumerated().map { index, step in
          [
            "step": .int(index + 1), "event": .string(step.event), "users": .int(step.users),
            "from_first": .ratio(step.users, first),
            "from_previous": .ratio(step.users, index == 0 ? first : steps[index - 1].users),
            "median_seconds_from_first": .double(step.medianSeconds),
          ]
        }),
      "window_seconds": windowMs % 1000 == 0
        ? .int(windowMs / 1000) : .double(Double(windowMs) / 1000),
    ]
  }
}

/// What the users of one range came to.
private struct FunnelTally: Sendable {
  var walker: FunnelWalker
  /// By group, users who did the first step.
  var begun: [Int]
  /// For each group and step but the first, the times from the first step.
  var times: [[Int64]]
  var depths: [(user: Int, depth: UInt8)] = []

  init(groups: Int, steps: Int, window: Int64) {
    walker = FunnelWalker(steps: steps, window: window)
    begun = Array(repeating: 0, count: groups)
    times = Array(repeating: [], count: groups * steps)
  }

  @inline(__always)
  mutating func take(_ visit: StepVisit, _ group: Int, keepsUser: Bool) {
    // Most users do the first step and nothing else.
    if visit.times.count == 1, visit.masks[0] & 1 != 0 {
      begun[group] += 1
      if keepsUser { depths.append((visit.user, 1)) }
      return
    }
    walker.follow(visit.times, visit.masks)
    guard walker.depth > 0 else { return }
    begun[group] += 1
    let first = group * walker.steps
    walker.eachStep(visit.times, visit.masks) { times[first + $0].append($1) }
    if keepsUser { depths.append((visit.user, UInt8(walker.depth))) }
  }

  mutating func merge(_ other: FunnelTally) {
    for group in begun.indices { begun[group] += other.begun[group] }
    for index in times.indices {
      // The first one is taken whole.
      if times[index].isEmpty {
        times[index] = other.times[index]
      } else {
        times[index] += other.times[index]
      }
    }
    depths += other.depths
  }
}

extension [Int64] {
  /// Twice the median, which is whole: of an even count the sum of the two middle ones. Nil of none.
  ///
  /// Hoare's selection; the array is left in another order. Cost: O(count) on average.
  mutating func twiceTheMedian() -> Int64? {
    guard !isEmpty else { return nil }
    let low = select((count - 1) / 2)
    return low + (count % 2 == 1 ? low : self[(count / 2)...].min() ?? low)
  }

  /// The element that would stand at a place if they were sorted; smaller ones are before it then.
  private mutating func select(_ wanted: Int) -> Int64 {
    var (low, high) = (0, count - 1)
    while low < high {
      let pivot = self[low + (high - low) / 2]
      var (left, right) = (low, high)
      while left <= right {
        while self[left] < pivot { left += 1 }
        while self[right] > pivot { right -= 1 }
        if left <= right {
          swapAt(left, right)
          left += 1
          right -= 1
        }
      }
      if wanted <= right {
        high = right
      } else if wanted >= left {
        low = left
      } else {
        break
      }
    }
    return self[wanted]
  }
}
