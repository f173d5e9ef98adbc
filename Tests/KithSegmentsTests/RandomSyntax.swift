import KithStore
import KithSystem
import KithTestSupport

@testable import KithSegments

/// Trees of any shape the grammar allows, from a seed.
struct RandomSyntax {
  var chance: SeededGenerator

  private let names = [
    "purchase", "view", "any", "activity", "a-b", "_x1", "购买", "say \"hi\"", "back\\slash", "and",
    "(“）", "été", "x y", "true", "", "2x", "a--b", "-", "in",
  ]

  private mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &chance) }
  private mutating func one<Value>(_ values: [Value]) -> Value { values[below(values.count)] }
  private mutating func isChosen(_ share: Int) -> Bool { below(share) == 0 }
  private let place = Place(0, 0)

  mutating func tree(depth: Int = 4) -> Syntax {
    switch depth == 0 ? 3 + below(5) : below(8) {
    case 0: .or((0..<2 + below(3)).map { _ in tree(depth: depth - 1) })
    case 1: .and((0..<2 + below(3)).map { _ in tree(depth: depth - 1) })
    case 2: .not(tree(depth: depth - 1))
    case 3: .constant(isChosen(2))
    case 4: .has(.attribute(name()), place)
    case 5: .predicate(term(depth))
    case 6:
      .membership(
        term(depth), negated: isChosen(2), (0...below(3)).map { _ in literal() }, place)
    default: .comparison(term(depth), one(Syntax.Operator.allCases), operand(depth), place)
    }
  }

  private mutating func name() -> Syntax.Name { .init(text: one(names), place: place) }

  private mutating func term(_ depth: Int) -> Syntax.Term {
    isChosen(2) ? .attribute(name()) : .measure(call(depth))
  }

  private mutating func operand(_ depth: Int) -> Syntax.Operand {
    switch below(4) {
    case 0: .term(factor: number(), term(depth))
    case 1: .term(factor: nil, .measure(call(depth)))
    default: .literal(literal())
    }
  }

  private mutating func number() -> Syntax.Number {
    .init(one(["0", "007", "-3", "2.50", "-0.125", "123456789012345678901234567890"]))
  }

  private mutating func duration() -> Duration {
    Duration(below(100), one(Duration.Unit.allCases))
  }

  private mutating func literal() -> Syntax.Literal {
    let kind: Syntax.Literal.Kind =
      switch below(5) {
      case 0: .number(number())
      case 1: .duration(duration())
      case 2: .date(Day(number: Int32(below(40_000))))
      case 3: .boolean(isChosen(2))
      default: .text(one(names))
      }
    return .init(kind: kind, place: place)
  }

  private mutating func call(_ depth: Int) -> Syntax.Call {
    let measure = depth == 0 ? .count : one(MeasureName.allCases)
    var arguments: [Syntax.Argument.Kind] = []
    if measure == .was { arguments.append(.condition(tree(depth: depth - 1))) }
    for _ in 0..<below(4) { arguments.append(argument(depth)) }
    return .init(
      measure: measure, arguments: arguments.map { .init(kind: $0, place: place) }, name: place,
      place: place)
  }

  private mutating func argument(_ depth: Int) -> Syntax.Argument.Kind {
    switch below(depth == 0 ? 6 : 7) {
    case 0: .window(window())
    case 1: .percent(number())
    case 2: .number(number())
    case 3: .within(duration())
    case 4, 5: .events(events())
    default: .measure(call(depth - 1))
    }
  }

  private mutating func window() -> Syntax.Window {
    switch below(3) {
    case 0: .last(duration())
    case 1: .between(duration(), duration())
    default: .dates(Day(number: Int32(below(40_000))), Day(number: Int32(below(40_000))))
    }
  }

  private mutating func events() -> Syntax.Events {
    let which: Syntax.Events.Which = one([.any, .activity, .named(one(names))])
    let filters = (0..<below(3)).map { _ in
      let test: Syntax.Filter.Test =
        switch below(3) {
        case 0: .has
        case 1: .membership(negated: isChosen(2), [literal(), literal()])
        default: .comparison(one(Syntax.Operator.allCases), literal())
        }
      return Syntax.Filter(property: name(), test: test, place: place)
    }
    return .init(
      which: which, property: isChosen(2) ? name() : nil, filters: filters, place: place)
  }
}
