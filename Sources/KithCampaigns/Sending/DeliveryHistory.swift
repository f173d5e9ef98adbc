import KithStore
import KithSystem

/// What a delivery log says so far: for each message its last word.
struct DeliveryHistory: Sendable {
  struct Message: Sendable {
    var step: Int
    var user: String
    var channel: String
    /// `intent` while the outcome is open.
    var what: DeliveryLine.What
    var attempt: Int
    /// Of the last line.
    var at: Instant
    var cost: Micros
  }
  /// By id.
  private(set) var messages: [String: Message] = [:]
  private(set) var lastSequence = 0
  private(set) var lastChecksum: UInt32 = 0
  private(set) var checksums: [UInt32] = []
  /// The size of the part of the file that is whole.
  private(set) var size = 0
  /// What follows it: the end of a write that was cut short.
  private(set) var torn: ArraySlice<UInt8> = []
  private(set) var hasHeader = false
  /// How many messages stand at each last word.
  private(set) var counts: [DeliveryLine.What: Int] = [:]

  init() {}

  /// Reads a log.
  ///
  /// Lines that are not whole are the torn end where nothing whole comes after them, else damage.
  init(_ bytes: [UInt8], file: String) throws(CampaignError) {
    var start = 0
    var number = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A)
      number += 1
      guard let end, let (value, crc) = unseal(bytes[start..<end]) else {
        torn = bytes[start...]
        if DeliveryHistory.hasWholeLine(after: torn) {
          throw .damaged(file: file, problem: "line \(number)")
        }
        return
      }
      if let format = value["format"]?.int {
        guard format <= DeliveryLine.format else {
          throw .laterFormat(file: file, format: "\(format)")
        }
        hasHeader = true
      } else {
        guard hasHeader, let line = DeliveryLine(value), line.sequence == lastSequence + 1 else {
          throw .damaged(file: file, problem: "line \(number) does not follow the one before")
        }
        take(line, crc: crc)
      }
      size = end + 1
      start = end + 1
    }
  }

  /// Whether something whole follows the first line.
  private static func hasWholeLine(after bytes: ArraySlice<UInt8>) -> Bool {
    bytes.split(separator: 0x0A, omittingEmptySubsequences: false).dropFirst()
      .contains { unseal($0) != nil }
  }

  /// Adds a line that was written.
  mutating func take(_ line: DeliveryLine, crc: UInt32) {
    lastSequence = line.sequence
    lastChecksum = crc
    checksums.append(crc)
    let message = Message(
      step: line.step, user: line.user, channel: line.channel, what: line.what,
      attempt: line.attempt, at: line.at, cost: line.cost)
    if let before = messages.updateValue(message, forKey: line.id) {
      counts[before.what, default: 0] -= 1
    }
    counts[line.what, default: 0] += 1
  }
}
