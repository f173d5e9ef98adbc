import KithStore
import KithSystem
import Synchronization

/// What the steps of a plan came to, added up by all threads.
final class RunCounters: Sendable {
  private let runs: Mutex<[QueryPlan.Run]>

  init(_ count: Int) {
    runs = Mutex(Array(repeating: QueryPlan.Run(), count: count))
  }

  func add(_ run: QueryPlan.Run, to place: Int) {
    runs.withLock { runs in
      runs[place].entered += run.entered
      runs[place].left += run.left
      runs[place].rows += run.rows
      runs[place].nanoseconds += run.nanoseconds
    }
  }

  /// Puts the runs into a tree, whose steps are numbered from the root down.
  func fill(_ step: inout QueryPlan.Step, _ next: inout Int) {
    let place = next
    step.run = runs.withLock { $0[place] }
    next += 1
    for part in step.parts.indices { fill(&step.parts[part], &next) }
  }
}

extension Worker {
  /// As ``pass(_:_:)``, with a note of each step. Steps are numbered from the root down, whether they are
  /// taken or not.
  func trace(
    _ step: Step, _ mask: Mask, _ counters: RunCounters, _ next: inout Int
  ) throws(Cancelled) -> Mask {
    let place = next
    next += 1
    let watch = Stopwatch()
    var run = QueryPlan.Run(entered: mask.count)
    var found: Mask
    switch step {
    case .constant: found = try pass(step, mask)
    case .not(let part):
      found = mask
      found.subtract(try trace(part, mask, counters, &next))
    case .all(let parts):
      found = mask
      for part in parts { found = try trace(part, found, counters, &next) }
    case .either(let parts):
      found = Mask()
      var rest = mask
      for part in parts {
        let more = try trace(part, rest, counters, &next)
        found.formUnion(more)
        rest.subtract(more)
      }
    case .leaf(let leaf):
      if case .was(let inner, let earlier) = leaf.kind {
        let worker = Worker(earlier)
        worker.begin(block)
        var then = worker.visible()
        then.formIntersection(mask)
        found = try worker.trace(inner, then, counters, &next)
      } else {
        found = try pass(step, mask)
        run.rows = rowsLooked(leaf, mask)
      }
    }
    run.left = found.count
    run.nanoseconds = watch.nanoseconds
    counters.add(run, to: place)
    return found
  }

  /// Rows that a part has to look at for the users in a mask, at most.
  private func rowsLooked(_ leaf: Leaf, _ mask: Mask) -> Int {
    if mask.isEmpty { return 0 }
    if case .twin = leaf.kind { return total(Quantity(.countFact), mask) }
    var choices = leaf.rows
    if case .sequence(let steps, _, _) = leaf.kind, steps.contains(where: { $0.postings != nil }) {
      choices.removeAll { $0.postings == nil }
    }
    return choices.reduce(0) { count, rows in
      if let postings = rows.postings {
        let start = postings.users.partitionPoint { Int($0) >= users.lowerBound }
        let end = postings.users.partitionPoint { Int($0) >= users.upperBound }
        return count + end - start
      }
      guard let run = baseView else { return count }
      var looked = 0
      plain(mask).forEach { place in
        let user = users.lowerBound + place
        if !rows.isOver(user) { looked += rows.bounded(run, run.rows(of: user)).count }
      }
      return count + looked
    }
  }
}
