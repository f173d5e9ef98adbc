public import KithSegments
public import KithSystem

/// How many users stood in which state at two moments: a row for each state then, a column for each
/// state now.
public struct Moves: Sendable, Equatable {
  public var from: Instant
  public var to: Instant
  /// The names of the states; the last one, `none`, holds who was no user yet.
  public var states: [String]
  /// `users[then][now]`.
  public var users: [[Int]]
  /// By user number the state then and now, by their places; -1 for users who are not counted.
  public var places: [(then: Int, now: Int)]

  public static func == (left: Moves, right: Moves) -> Bool {
    left.states == right.states && left.users == right.users
  }
}

extension Moves {
  /// Moves between the stages of kith.yaml. Cost: the stages at two moments.
  public static func ofStages(
    _ engine: EmbeddedEngine, since instant: Instant, _ scope: Scope = Scope()
  ) throws(Cancelled) -> [Moves] {
    let then = try engine.moved(to: instant).stagePlaces()
    return count(
      then, try engine.stagePlaces(), names: engine.stageNames, engine, since: instant, scope)
  }

  /// Moves between the states of a model.
  public static func of(
    _ engine: EmbeddedEngine, since instant: Instant, _ scope: Scope = Scope(),
    model: LifecycleModel
  ) throws(Cancelled) -> [Moves] {
    let everyone = Scope(activity: scope.activity)
    let then = try LifecycleStates.of(engine.moved(to: instant), everyone, model: model)[0].states
    let now = try LifecycleStates.of(engine, everyone, model: model)[0].states
    return count(
      then.map(Int.init), now.map(Int.init), names: model.states, engine, since: instant, scope)
  }

  private static func count(
    _ then: [Int], _ now: [Int], names: [String], _ engine: EmbeddedEngine, since: Instant,
    _ scope: Scope
  ) -> [Moves] {
    let none = names.count
    let row = Array(repeating: 0, count: none + 1)
    let empty = Moves(
      from: since, to: engine.moment.instant, states: names + ["none"],
      users: Array(repeating: row, count: none + 1),
      places: Array(repeating: (-1, -1), count: now.count))
    var moves = Array(repeating: empty, count: scope.groups.count)
    for user in now.indices where scope.groups[user] >= 0 && (then[user] >= 0 || now[user] >= 0) {
      let move = (then: then[user] < 0 ? none : then[user], now: now[user] < 0 ? none : now[user])
      moves[scope.groups[user]].users[move.then][move.now] += 1
      moves[scope.groups[user]].places[user] = move
    }
    return moves
  }

  public var json: JSON {
    [
      "from": .string(from.rfc3339), "to": .string(to.rfc3339),
      "states": .array(states.map(JSON.string)),
      "users": .array(users.map { .ints($0) }),
    ]
  }
}
