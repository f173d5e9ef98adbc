import KithStore
import KithSystem

/// One line of deliveries.jsonl, sealed by a checksum:
///
///     {"format":1,"store":"…","campaign":"…","wave":1,"crc":"<8 hex>"}                the first line
///     {"seq":1,"id":"<64 hex>","step":1,"user":"…","channel":"…","what":"intent","at":"<RFC 3339>",
///      "attempt":1,"cost":0.002,"crc":"<8 hex>"}
///
/// `crc` is CRC-32C over the bytes before `,"crc"`. A refusal, failure or unknown outcome has its
/// `reason` before the checksum; it never holds an address. Steps count from 1.
struct DeliveryLine: Sendable, Equatable {
  enum What: String, Sendable {
    case intent, accepted, refused, failed, unknown
  }
  /// From 1, without a gap.
  var sequence: Int
  var id: String
  var step: Int
  var user: String
  var channel: String
  var what: What
  var at: Instant
  var attempt: Int
  var cost: Micros
  var reason: String?

  static let format = 1

  /// The line with its newline, and its checksum.
  var sealed: (bytes: [UInt8], crc: UInt32) {
    var members: [JSON.Member] = [
      .init("seq", .int(sequence)), .init("id", .string(id)), .init("step", .int(step)),
      .init("user", .string(user)), .init("channel", .string(channel)),
      .init("what", .string(what.rawValue)), .init("at", .string(at.rfc3339)),
      .init("attempt", .int(attempt)),
      .init("cost", .number(Exact(micros: cost).description)),
    ]
    if let reason { members.append(.init("reason", .string(reason))) }
    return seal(members)
  }

  static func header(store: String, campaign: String, wave: Int) -> [UInt8] {
    seal([
      .init("format", .int(format)), .init("store", .string(store)),
      .init("campaign", .string(campaign)), .init("wave", .int(wave)),
    ]).bytes
  }

  /// Reads the members of a sealed line; nil where one is missing or wrong.
  init?(_ value: JSON) {
    guard let sequence = value["seq"]?.int, let id = value["id"]?.string,
      let step = value["step"]?.int, let user = value["user"]?.string,
      let channel = value["channel"]?.string,
      let what = value["what"]?.string.flatMap(What.init(rawValue:)),
      let at = value["at"]?.string.flatMap(Instant.init(rfc3339:)),
      let attempt = value["attempt"]?.int, case .number(let digits) = value["cost"],
      let cost = Exact(digits).flatMap({ Micros(exactly: $0.units / 1_000_000_000_000) })
    else { return nil }
    self.init(
      sequence: sequence, id: id, step: step, user: user, channel: channel, what: what, at: at,
      attempt: attempt, cost: cost, reason: value["reason"]?.string)
  }

  init(
    sequence: Int, id: String, step: Int, user: String, channel: String, what: What, at: Instant,
    attempt: Int, cost: Micros, reason: String? = nil
  ) {
    self.sequence = sequence
    self.id = id
    self.step = step
    self.user = user
    self.channel = channel
    self.what = what
    self.at = at
    self.attempt = attempt
    self.cost = cost
    self.reason = reason
  }
}

/// A JSON line with its checksum as the last member, ended by a newline.
func seal(_ members: [JSON.Member]) -> (bytes: [UInt8], crc: UInt32) {
  var line = Array(JSON.object(members).compact.utf8)
  line.removeLast()
  let crc = CRC32C.of(line)
  line += Array(",\"crc\":\"\(hex(UInt64(crc), width: 8))\"}\n".utf8)
  return (line, crc)
}

/// Opens a sealed line without its newline; nil where the checksum is missing or wrong.
func unseal(_ line: ArraySlice<UInt8>) -> (value: JSON, crc: UInt32)? {
  let sealLength = 18
  guard line.count > sealLength else { return nil }
  let crc = CRC32C.of(Array(line.dropLast(sealLength)))
  guard line.suffix(sealLength).elementsEqual(",\"crc\":\"\(hex(UInt64(crc), width: 8))\"}".utf8),
    let value = try? JSON(utf8: line)
  else { return nil }
  return (value, crc)
}
