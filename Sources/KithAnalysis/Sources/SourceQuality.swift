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

    /// The k-factor of viral marketing, new users for each user: invitations that were taken up ÷ users.
    /// Above 1 the source grows by itself.
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
  /// One for each group of the scope. Cost: the users' days, and the conversions.
  public static func of(
    _ engine: EmbeddedEngine, _ scope: Scope = Scope(), register: String? = nil,
    conversion: String? = nil, days: [Int] = [1, 7, 30]
  ) throws(Cancelled) -> [SourceQuality] {
    let facts = try SourceFacts(engine, scope, register, conversion, days)
    let sources = engine.snapshot.sources
    let empty = Row(source: TraitValues.none, kept: days.map { _ in Kept() })
    var invited: [Int: Int]?
    if let inviters = inviters(engine) {
      invited = inviters.values.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }
    return scope.groups.names.indices.map { group in
      // The last one is of those without a source.
      var rows = (0..<sources.count).map { code in
        var row = empty
        row.source = sources[UInt32(code)]
        return row
      }
      rows.append(empty)
      var places = [Int32](repeating: -1, count: facts.users)
      for user in 0..<facts.users where scope.groups[user] == group {
        let place = min(Int(facts.sources[user]), rows.count - 1)
        guard facts.add(user, to: &rows[place]) else { continue }
        if let invited { rows[place].invited = (rows[place].invited ?? 0) + (invited[user] ?? 0) }
        places[user] = Int32(place)
      }
      let order = rows.indices.filter { rows[$0].registered > 0 }.sorted {
        rows[$0].registered == rows[$1].registered
          ? precedes(rows[$0].source, rows[$1].source) : rows[$0].registered > rows[$1].registered
      }
      var placeOf = [Int32](repeating: -1, count: rows.count)
      for (place, row) in order.enumerated() { placeOf[row] = Int32(place) }
      return SourceQuality(
        day: engine.moment.day, registerEvent: register, conversion: conversion, days: days,
        rows: order.map { rows[$0] }, places: places.map { $0 < 0 ? -1 : placeOf[Int($0)] })
    }
  }

  /// By the number of a user the one whom they name as their inviter; nil without an attribute
  /// `invited_by`.
  private static func inviters(_ engine: EmbeddedEngine) -> [Int: Int]? {
    let snapshot = engine.snapshot
    guard let column = snapshot.attributes.firstIndex(where: { $0.name == "invited_by" }) else {
      return nil
    }
    var inviters: [Int: Int] = [:]
    for user in 0..<snapshot.userCount {
      let code = engine.attributeCode(column, of: user)
      guard code != absentCode,
        let inviter = snapshot.user(snapshot.attributes[column].values[code])
      else { continue }
      inviters[user] = inviter
    }
    return inviters
  }

  /// Visits the users behind every number: `search`, and `search activated`, `search day 7`,
  /// `search to day 7`, `search converted` and `search invited`.
  public func eachUser(
    _ engine: EmbeddedEngine, _ scope: Scope, _ visitor: CellVisitor
  ) throws(Cancelled) {
    let facts = try SourceFacts(engine, scope, registerEvent, conversion, days)
    let inviters = SourceQuality.inviters(engine) ?? [:]
    for (user, place) in places.enumerated() {
      if place >= 0 {
        let source = rows[Int(place)].source
        visitor(source, user)
        for name in facts.names(of: user) { visitor("\(source) \(name)", user) }
      }
      if let inviter = inviters[user], places[inviter] >= 0 {
        visitor("\(rows[Int(places[inviter])].source) invited", user)
      }
    }
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
