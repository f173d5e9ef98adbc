import KithStore
import KithSystem

/// The events of one user up to a moment, and every measure over them by its definition.
struct History {
  let world: World
  let frame: Frame
  let events: UserEvents
  /// The calendar day of each event.
  let days: [Day]
  let slots: [Int]
  /// How many of the events are visible.
  let count: Int

  func value(_ measured: Measured) -> Datum {
    switch measured {
    case .did(let selection): return .boolean((0..<count).contains { matches(selection, $0) })
    case .count(let selection): return .number(places(selection).count)
    case .days(let selection): return .number(Set(places(selection).map { days[$0] }).count)
    case .weeks(let selection):
      return .number(
        Set(places(selection).map { days[$0].startOfWeek(world.weekStart) }).count)
    case .aggregate(let aggregate, let property, let selection):
      return self.aggregate(aggregate, places(selection).map { self.property(property, $0) })
    case .first(let selection): return time((0..<count).first { matches(selection, $0) })
    case .last(let selection): return time((0..<count).last { matches(selection, $0) })
    case .since(let selection): return elapsed((0..<count).last { matches(selection, $0) })
    case .age: return elapsed(count > 0 ? 0 : nil)
    case .rhythm: return rhythmDays.map { length(days: $0) } ?? .absent
    case .sequence(let steps, let longest): return .boolean(hasSequence(steps, longest))
    case .resurrected(let gap, let window): return .boolean(isResurrected(gap, window))
    case .source: return source.map { .text($0) } ?? .absent
    default: return .absent
    }
  }

  /// The places of the events that match, in order.
  func places(_ selection: Selection) -> [Int] {
    (0..<count).filter { matches(selection, $0) }
  }

  func matches(_ selection: Selection, _ place: Int) -> Bool {
    let row = events.rows[place]
    switch selection.which {
    case .any: break
    case .activity: guard !world.schema.isSystem[Int(row.event)] else { return false }
    case .code(let code): guard row.event == code else { return false }
    case .none: return false
    }
    return within(selection.window, row.time, days[place], frame)
      && selection.filters.allSatisfy { $0.test.holds(property($0.property, place)) }
  }

  private func property(_ property: Property, _ place: Int) -> Datum {
    switch property {
    case .value: events.rows[place].value.map { .number(Ratio(Exact(micros: $0))) } ?? .absent
    case .source: datum(world.snapshot.sources, events.rows[place].source)
    case .column(let index, _):
      world.schema.properties[index].datum(events.codes[slots[index]][place])
    case .unknown: .absent
    }
  }

  private func datum(_ names: Names, _ code: UInt32) -> Datum {
    code == absentCode ? .absent : .text(names[code])
  }

  private func aggregate(_ aggregate: Aggregate, _ values: [Datum]) -> Datum {
    if aggregate == .distinct { return .number(distinct(values)) }
    let numbers = values.compactMap { value in
      if case .number(let number) = value { number.dividend } else { nil }
    }
    let sum = numbers.reduce(Total.zero, +)
    return switch aggregate {
    case .sum: .number(Ratio(sum))
    case .average: numbers.isEmpty ? .absent : .number(Ratio(sum, over: numbers.count))
    case .min: numbers.min().map { .number(Ratio($0)) } ?? .absent
    case .max: numbers.max().map { .number(Ratio($0)) } ?? .absent
    case .distinct: .absent
    }
  }

  private func distinct(_ values: [Datum]) -> Int {
    Set(values.compactMap { Constant($0) }).count
  }

  /// The first source that is not empty.
  var source: String? {
    let code = (0..<count).lazy.map { events.rows[$0].source }.first { $0 != absentCode }
    return code.map { world.snapshot.sources[$0] }
  }

  private func time(_ place: Int?) -> Datum {
    guard let place else { return .absent }
    return .time(milliseconds: events.rows[place].time, day: days[place])
  }

  private func elapsed(_ place: Int?) -> Datum {
    guard let place else { return .absent }
    return .length(
      days: Int(frame.day.number - days[place].number),
      milliseconds: frame.instant.milliseconds - events.rows[place].time, inDays: false)
  }

  private func length(days: Int) -> Datum {
    .length(days: days, milliseconds: Int64(days) * Instant.dayMs, inDays: true)
  }
}

/// Whether a time, and the calendar day it is on, lie in a window of a moment.
func within(_ window: Window, _ time: Int64, _ day: Day, _ frame: Frame) -> Bool {
  switch window {
  case .all: return true
  case .days(let older, let newer):
    let ago = Int(frame.day.number) - Int(day.number)
    return newer <= ago && ago < older
  case .exact(let older, let newer):
    let ago = frame.instant.milliseconds - time
    return newer <= ago && ago < older
  case .dates(let first, let last): return first <= day && day <= last
  }
}

extension Column {
  /// The value of a code, in the column's type.
  func datum(_ code: UInt32) -> Datum {
    guard code != absentCode else { return .absent }
    return switch type {
    case .number: .number(Ratio(numbers[Int(code)]))
    case .date: .date(days[Int(code)])
    case .boolean: .boolean(values[code] == "true")
    case .text: .text(values[code])
    }
  }
}

extension Constant {
  /// A property's value as something that is equal to its equals.
  fileprivate init?(_ datum: Datum) {
    switch datum {
    case .number(let number):
      guard let exact = number.dividend.exact else { return nil }
      self = .number(exact)
    case .text(let text): self = .text(ByteText(text))
    case .date(let day): self = .date(day)
    case .boolean(let value): self = .boolean(value)
    case .absent, .time, .length: return nil
    }
  }
}
