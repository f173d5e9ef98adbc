public import KithSegments
import KithStore
import KithSystem

/// What tells the arms and what they are to bring.
public struct LiftQuestion: Sendable {
  /// The property that holds the arm.
  public var property: String
  public var control: String
  public var conversion: String
  /// The event whose property tells the arm; nil: any event.
  public var exposure: String?
  /// A conversion counts up to so long after the exposure; nil: up to now.
  public var windowMs: Int64?
  public var confidence = 0.95

  public init(property: String, control: String, conversion: String) {
    self.property = property
    self.control = control
    self.conversion = conversion
  }
}

extension Lift {
  /// One for each group of the scope. `source` is a property, too. Cost: the users' events.
  public static func of(
    _ engine: EmbeddedEngine, _ scope: Scope = Scope(), _ question: LiftQuestion
  ) throws(Cancelled) -> [Lift] {
    let snapshot = engine.snapshot
    let column = snapshot.properties.firstIndex { $0.name == question.property }
    let names = column.map { snapshot.properties[$0].values } ?? snapshot.sources
    let hasProperty = column != nil || question.property == "source"
    let conversion = snapshot.eventNames.code(question.conversion)
    let exposure = question.exposure.map { snapshot.eventNames.code($0) ?? absentCode }
    let window = question.windowMs
    let tally = try engine.walk(
      reading: column == nil ? [.sources, .values] : .values, properties: column.map { [$0] } ?? [],
      from: { LiftTally() },
      visit: { tally, visit in
        guard hasProperty else { return }
        tally.add(
          visit, arms: column == nil ? visit.sources : visit.properties[0], exposure: exposure,
          conversion: conversion, window: window)
      },
      merge: { $0.append($1) })
    return scope.groups.names.indices.map { group in
      var lift = Lift(
        day: engine.moment.day, property: question.property, control: question.control,
        conversion: question.conversion, windowMs: window, exposure: question.exposure,
        confidence: question.confidence, inTwoArms: 0, arms: [],
        places: Array(repeating: -1, count: snapshot.userCount),
        hasConverted: Array(repeating: false, count: snapshot.userCount))
      let rows = tally.rows.filter { scope.groups[$0.user] == group }
      lift.inTwoArms = rows.count { $0.isInTwo }
      let single = rows.filter { !$0.isInTwo }
      let codes = Set(single.map(\.arm)).sorted { precedes(names[$0], names[$1]) }
      for (place, code) in codes.enumerated() {
        let own = single.filter { $0.arm == code }
        lift.arms.append(Arm(name: names[code], own))
        for row in own {
          lift.places[row.user] = Int32(place)
          lift.hasConverted[row.user] = row.conversions > 0
        }
      }
      return lift
    }
  }
}

extension Lift.Arm {
  fileprivate init(name: String, _ rows: [LiftTally.Row]) {
    self.name = name
    users = rows.count
    converted = rows.count { $0.conversions > 0 }
    conversions = rows.reduce(0) { $0 + $1.conversions }
    value = rows.reduce(0) { $0 + $1.value }
    let mean = double(micros: value) / Double(max(1, users))
    squares = rows.reduce(0) { sum, row in
      let distance = double(micros: row.value) - mean
      return sum + distance * distance
    }
  }
}

/// The users who were exposed, and what each did then.
private struct LiftTally: Sendable {
  struct Row: Sendable {
    var user: Int
    var arm: UInt32
    var isInTwo = false
    var conversions = 0
    var value: Int128 = 0
  }
  var rows: [Row] = []

  mutating func append(_ other: LiftTally) { rows += other.rows }

  mutating func add(
    _ visit: Visit, arms: UnsafeBufferPointer<UInt32>, exposure: UInt32?, conversion: UInt32?,
    window: Int64?
  ) {
    var found: Row?
    var until = Int64.max
    for row in 0..<visit.count {
      if let seen = found, visit.events[row] == conversion, visit.times[row] <= until {
        found?.conversions = seen.conversions + 1
        if visit.values[row] != absentMicros {
          found?.value = seen.value + Int128(visit.values[row])
        }
      }
      let arm = arms[row]
      guard arm != absentCode, exposure.map({ $0 == visit.events[row] }) ?? true else { continue }
      if let first = found {
        if first.arm != arm { found?.isInTwo = true }
      } else {
        found = Row(user: visit.user, arm: arm)
        if let window { until = visit.times[row] + window }
      }
    }
    if let found { rows.append(found) }
  }
}
