package import KithStore
package import KithSystem

/// What an expression says, as it was written: no name is looked up yet.
package indirect enum Syntax: Equatable, Sendable {
  case or([Syntax])
  case and([Syntax])
  case not(Syntax)
  case constant(Bool)
  case comparison(Term, Operator, Operand, Place)
  case membership(Term, negated: Bool, [Literal], Place)
  case has(Term, Place)
  case predicate(Term)

  /// What is on the left of an operator, or stands alone.
  package enum Term: Equatable, Sendable {
    case measure(Call)
    case attribute(Name)
  }

  package struct Name: Equatable, Sendable {
    package var text: String
    package var place: Place
  }

  package enum Operand: Equatable, Sendable {
    case literal(Literal)
    case term(factor: Number?, Term)
  }

  package enum Operator: String, Sendable, CaseIterable {
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case contains = "~"
  }

  /// A number as it was written; `value` is nil where it has more than 18 digits.
  package struct Number: Equatable, Sendable {
    package var written: String
    package var value: Exact?

    package init(_ written: String) {
      self.written = written
      value = Exact(written)
    }
  }

  package struct Literal: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
      case text(String)
      case number(Number)
      case duration(Duration)
      case date(Day)
      case boolean(Bool)
    }
    package var kind: Kind
    package var place: Place
  }

  /// A measure with its arguments.
  package struct Call: Equatable, Sendable {
    package var measure: MeasureName
    package var arguments: [Argument]
    /// Of the name alone, and of the whole.
    package var name: Place
    package var place: Place
  }

  package struct Argument: Equatable, Sendable {
    package indirect enum Kind: Equatable, Sendable {
      /// Events, or a lone name or text in quotes: the measure decides.
      case events(Events)
      case window(Window)
      case percent(Number)
      case number(Number)
      case within(Duration)
      case measure(Call)
      case condition(Syntax)
    }
    package var kind: Kind
    package var place: Place
  }

  package enum Window: Equatable, Sendable {
    case last(Duration)
    case between(Duration, Duration)
    case dates(Day, Day)
  }

  package struct Events: Equatable, Sendable {
    package enum Which: Equatable, Sendable {
      case any, activity
      case named(String)
    }
    package var which: Which
    package var property: Name?
    package var filters: [Filter]
    package var place: Place
  }

  /// One condition after `where`.
  package struct Filter: Equatable, Sendable {
    package enum Test: Equatable, Sendable {
      case comparison(Operator, Literal)
      case membership(negated: Bool, [Literal])
      case has
    }
    package var property: Name
    package var test: Test
    package var place: Place
  }
}

/// The measures that take arguments.
package enum MeasureName: String, Sendable, CaseIterable {
  case did, count, days, weeks, sum, average, min, max, distinct, first, last, since, sequence, top
  case was, tag, `in`, received, returned, resurrected, attribute
  case expectedPurchases = "expected_purchases"

  /// As `init(rawValue:)`, which makes a table of so many names first.
  static func named(_ text: String) -> MeasureName? {
    allCases.first { $0.rawValue == text }
  }
}

/// The names that the store derives, written without parentheses.
package enum DerivedName: String, Sendable, CaseIterable {
  case stage, band, source, first, last, events, value, owner, age, rhythm, level, points
  case days30d = "days_30d"
  case alive = "p_alive"
  case recency = "rfm_r"
  case frequency = "rfm_f"
  case monetary = "rfm_m"

  /// The one of a name. The initialiser by raw value makes a table of all names first, which costs a start
  /// as much as reading its rules.
  static func named(_ name: String) -> DerivedName? { allCases.first { $0.rawValue == name } }
}
