public import KithStore
public import KithSystem

/// A log given row by row in Swift, for tests that need a snapshot and no files.
///
///     var log = InMemoryLog()
///     log.add("ann", "2026-01-01T10:00:00Z", "visit", source: "ads")
///     log.write("ann", "2026-01-01T00:00:00Z", ["city": "Bern"])
///     let snapshot = try log.snapshot()
public struct InMemoryLog {
  private var runs: [EventColumns]
  private var writes: [UserColumns]

  public init() {
    runs = [EventColumns(seed: 1)]
    writes = [UserColumns(seed: 1)]
  }

  /// Adds an event; the time is a date or `YYYY-MM-DDTHH:MM:SS[.fff]Z`, read as UTC.
  public mutating func add(
    _ user: String, _ time: String, _ event: String, value: String? = nil, source: String = "",
    _ properties: [String: String] = [:]
  ) {
    add(
      user, Self.instant(time), event, value: value.flatMap(Self.micros), source: source,
      properties)
  }

  public mutating func add(
    _ user: String, _ time: Instant, _ event: String, value: Micros? = nil, source: String = "",
    _ properties: [String: String] = [:]
  ) {
    runs[runs.count - 1].append(
      user: user, time: time, event: event, value: value, source: source,
      properties: properties.map { ($0.key, $0.value) })
  }

  /// Writes attributes of a user at a time.
  public mutating func write(_ user: String, _ time: String, _ attributes: [String: String]) {
    writes[writes.count - 1].append(
      user: user, time: Self.instant(time), attributes: attributes.map { ($0.key, $0.value) })
  }

  /// What is added from here on comes in a run of its own, as by a further import.
  public mutating func startRun() {
    runs.append(EventColumns(seed: 1))
    writes.append(UserColumns(seed: 1))
  }

  public func snapshot() throws -> RunSnapshot {
    try memorySnapshot(eventRuns: runs, userRuns: writes)
  }

  /// Reads the times of tests; a mistake in one is a mistake in the test.
  public static func instant(_ text: String) -> Instant {
    guard let day = Day(text.prefix(10)) else { preconditionFailure("no time: \(text)") }
    let parts = text.dropFirst(11).split { !$0.isNumber }.map(String.init)
    func number(_ index: Int) -> Int64 { parts.count > index ? Int64(parts[index]) ?? 0 : 0 }
    let fraction = parts.count > 3 ? Int64((parts[3] + "000").prefix(3)) ?? 0 : 0
    let seconds = (number(0) * 60 + number(1)) * 60 + number(2)
    return Instant(
      milliseconds: Int64(day.number) * Instant.dayMs + seconds * 1000 + fraction)
  }

  private static func micros(_ text: String) -> Micros? {
    Exact(text).map { Micros($0.units / 1_000_000_000_000) }
  }
}
