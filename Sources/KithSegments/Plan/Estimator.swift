import KithStore
import KithSystem

/// Tells before a plan is run which share of the users each part lets pass: what it comes to for a few
/// hundred users, spread evenly over all.
///
/// A part that has to look at everyone before it can tell of one is guessed from its own words.
final class Estimator: Sendable {
  private let scope: Scope
  /// Blocks that are looked into, and users of each.
  private static let (blocks, usersOfBlock) = (32, 8)

  init(_ scope: Scope) {
    self.scope = scope
  }

  /// 0…1.
  func share(_ leaf: Leaf) -> Double {
    // To ask so many would cost more than the few that are meant.
    if scope.isNarrow { return leaf.share }
    let users = max(1, scope.columns.users.count)
    switch leaf.kind {
    case .members(let set): return Double(set.count) / Double(users)
    case .top(_, let key): return min(1, Double(key.share.users(of: users)) / Double(users))
    case .was(let step, _): return step.share
    // Where they are not known yet, the rules would have to be planned, which may ask for a stage.
    case .stage(let table) where !scope.hasStandings, .band(let table) where !scope.hasStandings:
      return Double(table.count { $0 }) / Double(max(1, table.count))
    case .twin, .score: return 0.5
    default: return sampled(leaf)
    }
  }

  private func sampled(_ leaf: Leaf) -> Double {
    var (asked, passed) = (0, 0)
    eachSample { worker, mask in
      asked += mask.count
      passed += ((try? worker.pass(.leaf(leaf), mask)) ?? Mask()).count
    }
    return asked == 0 ? 0 : Double(passed) / Double(asked)
  }

  /// Which share of the rows lies in a choice's range, and which share of the users has any there.
  func reach(_ rows: RowChoice) -> (rows: Double, users: Double) {
    guard !rows.isWhole, !scope.isNarrow, let run = scope.columns.baseView else { return (1, 1) }
    var (all, inRange) = (0, 0)
    var (users, reached) = (0, 0)
    eachSample { worker, mask in
      worker.plain(mask).forEach { place in
        let span = run.rows(of: worker.users.lowerBound + place)
        let part = rows.bounded(run, span)
        all += span.count
        inRange += part.count
        users += 1
        reached += part.isEmpty ? 0 : 1
      }
    }
    if all == 0 { return (0, 0) }
    return (Double(inRange) / Double(all), Double(reached) / Double(users))
  }

  private func eachSample(_ body: (Worker, Mask) -> Void) {
    let worker = Worker(scope)
    let all = (scope.columns.users.count + Mask.size - 1) / Mask.size
    let looked = min(all, Estimator.blocks)
    for part in 0..<looked {
      worker.begin(part * all / looked)
      let wanted = max(Estimator.usersOfBlock, Estimator.blocks * Estimator.usersOfBlock / looked)
      let stride = max(1, worker.users.count / wanted)
      var mask = Mask()
      for place in Swift.stride(from: 0, to: worker.users.count, by: stride) { mask.insert(place) }
      mask.formIntersection(worker.visible())
      body(worker, mask)
    }
  }
}
