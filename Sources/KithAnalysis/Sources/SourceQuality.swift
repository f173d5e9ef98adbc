public import KithSegments
import KithStore
public import KithSystem

/// Where users came from, and what became of them (DEFINITIONS, `source_quality`).
public struct SourceQuality: Sendable, Equatable {
  /// Users kept so many days after they registered, over those whose day has come.
  public struct Kept: Sendable, Equatable {
    public var eligible = 0
    /// Active exactly on that day.
    public var onDay = 0
    /// Active on any day from the next up to that one.
    public var within = 0
  }

  public struct Row: Sendable, Equatable {
    public var source: String
    public var registered = 0
    /// Users with an event on a second day: they have seen a reason to return.
    public var activated = 0
    public var converted = 0
    /// Of the conversion events, in millionths.
    public var value: Int128 = 0
    /// By the days asked for.
    public var kept: [Kept]
    /// Others that name users of this source as their inviter; nil without an `invited_by`.
    public var invited: Int?

    /// New users for each user: invitations that were taken up ÷ users. Above 1 the source grows by
    /// itself.
    public var kFactor: Double? {
      invited.flatMap { registered == 0 ? nil : Double($0) / Double(registered) }
    }
  }
  public var day: Day
  public var registerEvent: String?
  public var conversion: String?
  public var days: [Int]
  /// By users, the largest first.
  public var rows: [Row]
  /// By user number the row; -1 for users who are not counted.
  public var places: [Int32]

  public var registered: Int { rows.reduce(0) { $0 + $1.registered } }
}

extension SourceQuality {
  /// One for each group of the scope. Cost: the users' events, once.
  public static func of(
    _ engine: EmbeddedEngine, _ scope: Scope = Scope(), register: String? = nil,
    conversion: String? = nil, days: [Int] = [1, 7, 30]
  ) throws(Cancelled) -> [SourceQuality] {
    let reader = SourceReader(engine, scope, register, conversion, days)
    let tally = try engine.walk(
      reading: [.days, .sources, .values], from: { SourceTally() },
      visit: { reader.read($1, into: &$0) }, merge: { $0.append($1) })
    let invited = invitations(engine)
    return scope.groups.names.indices.map { group in
      var rows: [UInt32: Row] = [:]
      var sourceOf = [UInt32?](repeating: nil, count: engine.snapshot.userCount)
      for place in tally.users.indices where scope.groups[tally.users[place]] == group {
        let code = tally.sources[place]
        let name = code == absentCode ? TraitValues.none : engine.snapshot.sources[code]
        var row = rows[code] ?? Row(source: name, kept: days.map { _ in Kept() })
        tally.add(place, to: &row, reader)
        if let invited { row.invited = (row.invited ?? 0) + (invited[tally.users[place]] ?? 0) }
        rows[code] = row
        sourceOf[tally.users[place]] = code
      }
      let sorted = rows.sorted {
        $0.value.registered == $1.value.registered
          ? precedes($0.value.source, $1.value.source)
          : $0.value.registered > $1.value.registered
      }
      var placeOf: [UInt32: Int32] = [:]
      for (place, row) in sorted.enumerated() { placeOf[row.key] = Int32(place) }
      return SourceQuality(
        day: engine.moment.day, registerEvent: register, conversion: conversion, days: days,
        rows: sorted.map(\.value), places: sourceOf.map { $0.flatMap { placeOf[$0] } ?? -1 })
    }
  }

  /// By the number of an inviter how many users name them; nil without an attribute `invited_by`.
  private static func invitations(_ engine: EmbeddedEngine) -> [Int: Int]? {
    let snapshot = engine.snapshot
    guard let column = snapshot.attributes.firstIndex(where: { $0.name == "invited_by" }) else {
      return nil
    }
    var invited: [Int: Int] = [:]
    for user in 0..<snapshot.userCount {
      let code = engine.attributeCode(column, of: user)
      guard code != absentCode,
        let inviter = snapshot.user(snapshot.attributes[column].values[code])
      else { continue }
      invited[inviter, default: 0] += 1
    }
    return invited
  }

  public var json: JSON {
    [
      "as_of": .day(day), "register_event": registerEvent.map(JSON.string) ?? .null,
      "conversion": conversion.map(JSON.string) ?? .null, "registered": .int(registered),
      "sources": .object(rows.map { .init($0.source, json($0)) }),
    ]
  }

  private func json(_ row: Row) -> JSON {
    var members: [JSON.Member] = [.init("registered", .int(row.registered))]
    if conversion != nil {
      members += [
        .init("converted", .int(row.converted)),
        .init("conversion_rate", .ratio(row.converted, row.registered)),
        .init("value", .micros(row.value)),
        .init("value_per_user", .double(double(micros: row.value) / Double(row.registered))),
      ]
    }
    let kept = zip(days, row.kept).filter { $0.1.eligible > 0 }.map { days, kept in
      JSON.Member(
        "\(days)",
        [
          "eligible": .int(kept.eligible), "on_day": .int(kept.onDay),
          "on_day_rate": .ratio(kept.onDay, kept.eligible), "within": .int(kept.within),
          "within_rate": .ratio(kept.within, kept.eligible),
        ])
    }
    members.append(.init("retained", .object(kept)))
    if let invited = row.invited {
      members += [.init("invited", .int(invited)), .init("k_factor", .double(row.kFactor))]
    }
    return .object(members)
  }
}
