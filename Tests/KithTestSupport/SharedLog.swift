import KithSegments
import KithStore
public import KithSystem

/// A real log of the shared data as a log in memory. A row counts where every required cell can be read.
public struct SharedLog {
  private let zone: Zone
  public private(set) var log = InMemoryLog()

  /// - Parameters:
  ///   - events: the path of a CSV of events.
  ///   - users: that of their attributes, if any.
  public init(events: String, users: String? = nil, in zone: Zone) throws {
    self.zone = zone
    let rows = csv(try readFile(events))
    let properties = rows[0].dropFirst(5)
    for row in rows.dropFirst() {
      guard !row[0].isEmpty, !row[2].isEmpty, let time = time(row[1]),
        row[3].isEmpty || Exact(row[3]) != nil
      else { continue }
      let cells = zip(properties, row.dropFirst(5)).filter { !$0.1.isEmpty }
      log.add(
        row[0], time, row[2], value: Exact(row[3]).map { Micros($0.units / 1_000_000_000_000) },
        source: row[4], Dictionary(cells.map { ($0.0, $0.1) }) { first, _ in first })
    }
    guard let users else { return }
    let attributes = csv(try readFile(users))
    for row in attributes.dropFirst() {
      let cells = zip(attributes[0], row).dropFirst().filter { !$0.1.isEmpty }
      log.write(row[0], "1970-01-01", Dictionary(cells.map { ($0.0, $0.1) }) { first, _ in first })
    }
  }

  private func time(_ text: String) -> Instant? {
    switch try? AsOf(text) {
    case .day(let day): zone.start(of: day)
    case .instant(let instant): instant
    case .local(let milliseconds): zone.instant(ofLocal: milliseconds)
    case nil: nil
    }
  }

  private func csv(_ bytes: [UInt8]) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var cell: [UInt8] = []
    var quoted = false
    var previous: UInt8 = 0
    for byte in bytes where byte != 0x0D {
      defer { previous = byte }
      switch byte {
      case 0x22:
        // A quote that follows the one which closed the cell was doubled: it is part of the cell.
        if !quoted, previous == 0x22 { cell.append(byte) }
        quoted.toggle()
      case 0x2C where !quoted, 0x0A where !quoted:
        row.append(String(decoding: cell, as: UTF8.self))
        cell = []
        if byte == 0x0A {
          rows.append(row)
          row = []
        }
      default: cell.append(byte)
      }
    }
    return rows
  }
}
