import KithSegments
import KithSystem

extension StageDiff {
  func json(asOf instant: Instant) -> JSON {
    [
      "as_of": .string(instant.rfc3339), "users": .int(users), "moved": .int(moved),
      "stages": .array(
        changes.filter(\.isStage).map { stage in
          let bands = changes.filter { !$0.isStage && $0.place.stage == stage.place.stage }
          return .object(
            [.init("stage", .string(stage.place.stage))] + stage.members
              + [
                .init(
                  "bands",
                  .array(
                    bands.map { band in
                      .object(
                        [.init("band", band.place.band.map(JSON.string) ?? .null)] + band.members)
                    }))
              ])
        }),
      "moves": .array(
        moves.map { ["from": $0.from.json, "to": $0.to.json, "who": $0.who.json] }),
    ]
  }

  /// Stages and bands before and after, then the moves, the largest first.
  func text(terminal: Bool) -> String {
    var counts = Table([
      .init("stage"), .init("band"), .init("before", number: true), .init("after", number: true),
      .init("enter", number: true), .init("leave", number: true),
    ])
    counts.rows = changes.map { change in
      [
        change.isStage || !terminal ? change.place.stage : "",
        change.isStage ? "" : change.place.band ?? "-", number(change.before, terminal),
        number(change.after, terminal), number(change.enter.users, terminal),
        number(change.leave.users, terminal),
      ]
    }
    guard !moves.isEmpty else { return counts.text(terminal: terminal) + "nobody moves\n" }
    var moved = Table([
      .init("from"), .init("to"), .init("users", number: true), .init("sample"),
    ])
    moved.rows = moves.map { move in
      [move.from.text, move.to.text, number(move.who.users, terminal), move.who.text]
    }
    return counts.text(terminal: terminal) + "\n" + moved.text(terminal: terminal)
  }
}

extension StageDiff.Change {
  fileprivate var members: [JSON.Member] {
    [
      .init("before", .int(before)), .init("after", .int(after)), .init("enter", enter.json),
      .init("leave", leave.json),
    ]
  }
}

extension StageDiff.Place {
  fileprivate var json: JSON {
    ["stage": .string(stage), "band": band.map(JSON.string) ?? .null]
  }

  fileprivate var text: String { band.map { "\(stage), \($0)" } ?? stage }
}
