// One line of journal/<writer>.jsonl, JSON without blanks, ended by a newline:
//
//   {"format":1,"writer":"<16 hex>","crc":"<8 hex>"}                    the first line
//   {"id":"<writer>-<n>","hlc":"<16 hex>","at":"<RFC 3339, UTC, ms>","by":"…","do":"…",…,"crc":"…"}
//
// `crc` is always the last member: CRC-32C, lower-case hex, over the bytes of the line before
// `,"crc"`. `n` counts from 1.

public import KithSystem

enum JournalLine {
  case header(format: Int, writer: String)
  case entry(JournalEntry)
  /// A decision of a newer version, by its `do`.
  case unknown(String)
  /// Not a line that was written in whole.
  case damaged

  static let format = 1

  static func header(writer: String) -> [UInt8] {
    sealed([JSON.Member("format", .int(format)), JSON.Member("writer", .string(writer))])
  }

  static func text(_ entry: JournalEntry) -> [UInt8] {
    sealed(
      [
        JSON.Member("id", .string(entry.id)),
        JSON.Member("hlc", .string(entry.clock.description)),
        JSON.Member("at", .string(entry.at.rfc3339)),
        JSON.Member("by", .string(entry.by)),
      ] + entry.decision.members)
  }

  /// Reads a line without its newline.
  init(_ line: ArraySlice<UInt8>) {
    self = .damaged
    guard let body = opened(line), let value = try? JSON(utf8: line), body.count > 1 else { return }
    if let format = value["format"]?.int {
      guard format > JournalLine.format || value["writer"]?.string != nil else { return }
      self = .header(format: format, writer: value["writer"]?.string ?? "")
      return
    }
    guard let id = value["id"]?.string, let hlc = value["hlc"]?.string,
      let clock = HybridTime(hlc), let time = value["at"]?.string,
      let at = Instant(rfc3339: time), let by = value["by"]?.string
    else { return }
    switch Decision.reading(value) {
    case .known(let decision):
      self = .entry(JournalEntry(id: id, clock: clock, at: at, by: by, decision: decision))
    case .unknown(let kind): self = .unknown(kind)
    case .damaged: return
    }
  }
}

/// A line of members with its checksum as the last, ended by a newline.
func sealed(_ members: [JSON.Member]) -> [UInt8] {
  var line = Array(JSON.object(members).compact.utf8)
  line.removeLast()
  let crc = hex(UInt64(CRC32C.of(line)), width: 8)
  line.append(contentsOf: ",\"crc\":\"\(crc)\"}\n".utf8)
  return line
}

/// The bytes that the checksum at the end covers; nil where it is missing or wrong.
private func opened(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
  guard line.count > sealLength else { return nil }
  let body = line.dropLast(sealLength)
  let crc = hex(UInt64(body.withUnsafeBytes(CRC32C.of)), width: 8)
  return line.suffix(sealLength).elementsEqual(",\"crc\":\"\(crc)\"}".utf8) ? body : nil
}

extension JournalEntry {
  /// What `journal --json` prints: `id`, `at`, `by`, `do` and the decision's own members.
  public var json: JSON {
    .object(
      [
        JSON.Member("id", .string(id)), JSON.Member("at", .string(at.rfc3339)),
        JSON.Member("by", .string(by)),
      ] + decision.members)
  }
}
