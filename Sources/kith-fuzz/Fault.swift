import KithStore
import KithSystem

/// Mistakes as they are made in an engine, planted to see that the fuzzer finds them: each tells the
/// engine something wrong that the twin is told right.
enum Fault: String, CaseIterable {
  /// Of events at the same time the later arrival comes first.
  case turnsTies
  /// An event at midnight falls on the day before.
  case missesMidnight
  /// An absent value counts as 0.
  case takesAbsentForZero
  /// An undone decision still counts.
  case forgetsUndo
  /// The last millisecond of the moment is not in it.
  case isEarly
  /// Of an attribute's writes at the same time the first stands.
  case keepsFirstWrite
  /// Text is taken for the same by canonical equivalence.
  case joinsAccents
  /// A border is not in.
  case takesAtMostForLess

  func spoiling(_ text: String) -> String {
    self == .takesAtMostForLess ? text.replacing("<=", with: "<") : text
  }

  func spoiling(_ sample: Sample) -> Sample {
    var sample = sample
    switch self {
    case .turnsTies:
      sample.events = sample.events.reversed().sorted { $0.run < $1.run }
    case .missesMidnight:
      for index in sample.events.indices {
        let time = sample.events[index].time
        if time == sample.zone.start(of: sample.zone.day(of: time)) {
          sample.events[index].time = time.advanced(by: -1)
        }
      }
    case .takesAbsentForZero:
      for index in sample.events.indices where sample.events[index].value == nil {
        sample.events[index].value = 0
      }
    case .forgetsUndo:
      sample.entries.removeAll { entry in
        if case .undo = entry.decision { true } else { false }
      }
    case .isEarly, .takesAtMostForLess: break
    case .keepsFirstWrite:
      sample.writes = sample.writes.reversed().sorted { $0.run < $1.run }
    case .joinsAccents:
      for index in sample.events.indices where sample.events[index].source == "é" {
        sample.events[index].source = "é"
      }
    }
    return sample
  }
}
