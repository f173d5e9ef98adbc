import KithStore
import KithSystem

/// The arguments of a measure, taken one after the other by what they must be.
struct Arguments {
  let call: Syntax.Call
  private var next = 0

  init(_ call: Syntax.Call) {
    self.call = call
  }

  var kind: Syntax.Argument.Kind? {
    next < call.arguments.count ? call.arguments[next].kind : nil
  }

  /// The place of the next argument; behind the last one that of the closing parenthesis.
  var place: Place {
    next < call.arguments.count
      ? call.arguments[next].place : Place(call.place.end - 1, call.place.end)
  }

  var hasEvents: Bool { if case .events = kind { true } else { false } }

  mutating func skip() { next += 1 }

  func expected(_ what: Phrase, remedy: Phrase) -> Mistake {
    Mistake("`\(call.measure.rawValue)` expects \(what) here", at: place, remedy: remedy)
  }

  mutating func events() throws(Mistake) -> Syntax.Events {
    let name = call.measure.rawValue
    guard case .events(let events) = kind else {
      throw expected("an event", remedy: "as in \(name)(any) or \(name)(purchase)")
    }
    skip()
    return events
  }

  /// A lone name, in quotes or not.
  mutating func name(_ what: Phrase, example: String) throws(Mistake) -> Syntax.Name {
    let place = place
    switch kind {
    case .events(let events) where events.property == nil && events.filters.isEmpty:
      skip()
      switch events.which {
      case .any: return .init(text: "any", place: place)
      case .activity: return .init(text: "activity", place: place)
      case .named(let name): return .init(text: name, place: place)
      }
    case .number(let number):
      skip()
      return .init(text: number.written, place: place)
    default:
      throw expected(what, remedy: "as in \(example)")
    }
  }

  /// A campaign, or nil for `any`.
  mutating func campaign() throws(Mistake) -> Syntax.Name? {
    if case .events(let events) = kind, events.which == .any, events.property == nil,
      events.filters.isEmpty
    {
      skip()
      return nil
    }
    return try name("a campaign or `any`", example: "received(\"winback\", 30d)")
  }

  mutating func share() throws(Mistake) -> Share {
    let form: Phrase = "as in top(5%, count(any)) or top(100, count(any))"
    let share: Share
    switch kind {
    case .percent(let number):
      guard let value = number.value, value >= .zero, value <= Exact(100) else {
        throw Mistake("a share is from 0% to 100%", at: place)
      }
      share = .percent(value)
    case .number(let number):
      guard let count = Int(number.written), count >= 0 else {
        throw Mistake("`top` takes a whole number of users, or a share", at: place, remedy: form)
      }
      share = .number(count)
    default: throw expected("a share or a number of users", remedy: form)
    }
    skip()
    return share
  }

  /// The gap of `resurrected`, in days.
  mutating func gap() throws(Mistake) -> Int {
    try length("a gap in days", "gap", form: "as in resurrected(30d, 7d)")
  }

  /// Calendar days, at least one.
  mutating func length(
    _ what: Phrase, _ name: Phrase, form: Phrase
  ) throws(Mistake) -> Int {
    guard case .window(.last(let duration)) = kind else { throw expected(what, remedy: form) }
    guard duration.isCalendar, duration.count > 0 else {
      throw Mistake("the \(name) counts calendar days", at: place, remedy: form)
    }
    skip()
    return duration.days
  }

  /// The window, where one stands last; else everything.
  mutating func window() throws(Mistake) -> Window {
    guard case .window(let window) = kind else { return .all }
    let place = place
    skip()
    return try Window(window, at: place)
  }

  func finish() throws(Mistake) {
    guard let kind else { return }
    let name = call.measure.rawValue
    if case .window = kind, next > 0, case .window = call.arguments[next - 1].kind {
      throw Mistake("`\(name)` takes one window at most", at: place)
    }
    if case .window = kind { throw Mistake("`\(name)` takes no window", at: place) }
    // Most likely a window without its unit.
    let isNumber = if case .number = kind { true } else { false }
    throw Mistake(
      "`\(name)` takes no more arguments", at: place,
      remedy: isNumber ? "a window has a unit, as in 30d" : nil)
  }
}

extension Window {
  /// - Throws: a mistake that shows the right form.
  init(_ window: Syntax.Window, at place: Place) throws(Mistake) {
    switch window {
    case .last(let duration):
      guard duration.count > 0 else {
        throw Mistake(
          "a window of length 0 holds nothing", at: place,
          remedy: duration.isCalendar ? "today alone is written 1d" : "as in 12h")
      }
      self = Window(duration, Duration(0, duration.unit))
    case .between(let older, let newer):
      guard older.isCalendar == newer.isCalendar else {
        throw Mistake(
          "both ends of a window are of one kind: d and w, or h and m", at: place,
          remedy: "as in 60d..30d or 48h..24h")
      }
      guard older.milliseconds != newer.milliseconds else {
        throw Mistake(
          "a window of length 0 holds nothing", at: place,
          remedy: "the last \(older) are written \(older)")
      }
      guard older.milliseconds > newer.milliseconds else {
        throw Mistake(
          "the older end of a window comes first", at: place,
          remedy: "write \(newer)..\(older)")
      }
      self = Window(older, newer)
    case .dates(let first, let last):
      guard first <= last else {
        throw Mistake(
          "the older end of a window comes first", at: place, remedy: "write \(last)..\(first)")
      }
      self = .dates(first, last)
    }
  }

  private init(_ older: Duration, _ newer: Duration) {
    self =
      older.isCalendar
      ? .days(older: older.days, newer: newer.days)
      : .exact(older: older.milliseconds, newer: newer.milliseconds)
  }
}
