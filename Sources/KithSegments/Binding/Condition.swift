package import KithStore
package import KithSystem

/// An expression bound to the dictionaries of one snapshot: every name looked up, every type checked.
package indirect enum Condition: Hashable, Sendable {
  case constant(Bool)
  case not(Condition)
  case all([Condition])
  case either([Condition])
  case test(Measured, Test)
  /// The right side is taken `factor` times.
  case compare(Measured, Comparison, factor: Exact?, Measured)
  /// A boolean; false where it is absent.
  case holds(Measured)
}

/// What is asked of one value; false for an absent one.
package enum Test: Hashable, Sendable {
  case compare(Comparison, Constant)
  /// The folded text is part of the folded value.
  case contains(ByteText)
  case member(negated: Bool, [Constant])
  case present
}

package enum Comparison: Sendable {
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual

  /// Whether it holds for values of which the left one is `order` (-1, 0, 1) to the right one.
  package func holds(_ order: Int) -> Bool {
    switch self {
    case .equal: order == 0
    case .notEqual: order != 0
    case .less: order < 0
    case .lessOrEqual: order <= 0
    case .greater: order > 0
    case .greaterOrEqual: order >= 0
    }
  }
}

package enum Constant: Hashable, Sendable {
  case number(Exact)
  case text(ByteText)
  case date(Day)
  case boolean(Bool)
  case duration(Duration)
}

/// Anything that has a value for a user at a moment.
package indirect enum Measured: Hashable, Sendable {
  case did(Selection)
  case count(Selection)
  case days(Selection)
  case weeks(Selection)
  case aggregate(Aggregate, Property, Selection)
  case first(Selection)
  case last(Selection)
  case since(Selection)
  case age
  case rhythm
  case sequence([Selection], withinMilliseconds: Int64)
  case top(Share, Measured)
  case was(Condition, Duration)
  case condition(Condition)
  case tag(ByteText)
  /// nil: of any campaign.
  case received(ByteText?, Window)
  case returned(ByteText)
  case resurrected(gapDays: Int, Window)
  case stage, band, source, owner
  /// Worked out from all users together.
  case score(Scores.Measure)
  /// An attribute by its place in the snapshot, with its type.
  case attribute(Int, ValueType)
  /// A name the store has never seen: absent for everyone.
  case unknown
}

package enum Aggregate: Sendable {
  case sum, average, min, max, distinct
}

/// How many are at the top.
package enum Share: Hashable, Sendable {
  case percent(Exact)
  case number(Int)
}

/// Events of a user: which, of what properties, when.
package struct Selection: Hashable, Sendable {
  package enum Which: Hashable, Sendable {
    case any, activity, code(UInt32)
    /// No event of that name was ever imported.
    case none
  }
  package var which: Which
  package var filters: [Filter]
  package var window: Window

  package init(_ which: Which, filters: [Filter] = [], window: Window = .all) {
    self.which = which
    self.filters = filters
    self.window = window
  }
}

package struct Filter: Hashable, Sendable {
  package var property: Property
  package var test: Test
}

package enum Property: Hashable, Sendable {
  case value, source
  /// A column by its place in the snapshot, with its type.
  case column(Int, ValueType)
  case unknown
}

/// When: as far back as `older`, up to and without `newer`.
package enum Window: Hashable, Sendable {
  case all
  /// `newer` ≤ D − day < `older`.
  case days(older: Int, newer: Int)
  /// T − `older` < time ≤ T − `newer`, in milliseconds.
  case exact(older: Int64, newer: Int64)
  /// Both days in.
  case dates(Day, Day)
}

/// The type of a value, as far as it is known before any user is looked at.
package enum Kind: Sendable {
  case number, text, date, time, boolean, duration, unknown

  init(_ type: ValueType) {
    switch type {
    case .number: self = .number
    case .text: self = .text
    case .date: self = .date
    case .boolean: self = .boolean
    }
  }

  func compares(with other: Kind) -> Bool {
    switch (self, other) {
    case (.unknown, _), (_, .unknown), (.date, .time), (.time, .date): true
    default: self == other
    }
  }

  var shown: Phrase {
    switch self {
    case .number: "a number"
    case .text: "a text"
    case .date: "a date"
    case .time: "a time"
    case .boolean: "true or false"
    case .duration: "a duration"
    case .unknown: "unknown"
    }
  }
}

extension Measured {
  var kind: Kind {
    switch self {
    case .did, .sequence, .top, .was, .condition, .tag, .received, .returned, .resurrected: .boolean
    case .count, .days, .weeks, .aggregate, .score: .number
    case .first, .last: .time
    case .since, .age, .rhythm: .duration
    case .stage, .band, .source, .owner: .text
    case .attribute(_, let type): Kind(type)
    case .unknown: .unknown
    }
  }
}

extension Property {
  var kind: Kind {
    switch self {
    case .value: .number
    case .source: .text
    case .column(_, let type): Kind(type)
    case .unknown: .unknown
    }
  }
}
