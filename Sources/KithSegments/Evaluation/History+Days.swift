import KithStore
import KithSystem

/// Measures over the order of events and of active days.
extension History {
  /// Days with something of the user's own doing, ascending.
  var activeDays: [Day] {
    var active: [Day] = []
    for place in placesByDay(Selection(.activity)) where active.last != days[place] {
      active.append(days[place])
    }
    return active
  }

  /// The places of the events that match, in order of their days, which is another than that of time where
  /// clocks went back over midnight.
  private func placesByDay(_ selection: Selection) -> [Int] {
    let places = places(selection)
    let goesBack = zip(places, places.dropFirst()).contains { days[$0] > days[$1] }
    return goesBack ? places.sorted { (days[$0], $0) < (days[$1], $1) } : places
  }

  /// The median gap between active days; of two middle gaps the mean, cut to whole days. Nil under
  /// three active days.
  var rhythmDays: Int? {
    let active = activeDays
    guard active.count >= 3 else { return nil }
    let gaps = zip(active, active.dropFirst()).map { Int($1.number - $0.number) }.sorted()
    return (gaps[(gaps.count - 1) / 2] + gaps[gaps.count / 2]) / 2
  }

  /// From every occurrence of the first step: the earliest of each next one is the best choice.
  func hasSequence(_ steps: [Selection], _ longest: Int64) -> Bool {
    (0..<count).contains { start in
      guard matches(steps[0], start) else { return false }
      let end = events.rows[start].time + longest
      var place = start
      for step in steps.dropFirst() {
        place += 1
        while place < count, events.rows[place].time <= end, !matches(step, place) { place += 1 }
        guard place < count, events.rows[place].time <= end else { return false }
      }
      return true
    }
  }

  /// Whether within the window there is an active day whose previous one is at least `gap` earlier.
  func isResurrected(_ gap: Int, _ window: Window) -> Bool {
    var previous: Day?
    var latest: Day?
    for place in placesByDay(Selection(.activity)) {
      let day = days[place]
      if day != latest { (previous, latest) = (latest, day) }
      if let previous, Int(day.number - previous.number) >= gap,
        within(window, events.rows[place].time, day, frame)
      {
        return true
      }
    }
    return false
  }
}
