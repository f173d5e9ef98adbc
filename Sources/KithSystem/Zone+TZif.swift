// Reading a TZif file (RFC 9636): the header of version 1 is skipped over, the 64-bit block of
// version 2 and later is read, and the rule in the footer is unrolled to 2106.

extension Zone {
  /// Reads a zone by its IANA name.
  /// - Throws: ``ZoneError`` where the name is not one, or the system has no such zone.
  public static func named(_ name: String) throws(ZoneError) -> Zone {
    if name == "UTC" || name == "Etc/UTC" { return Zone(name: name, borders: [], offsets: [0]) }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    let plain = parts.allSatisfy { part in
      !part.isEmpty && part.first != "."
        && part.utf8.allSatisfy { byte in
          (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
            || (0x61...0x7A).contains(byte) || byte == 0x2B || byte == 0x2D || byte == 0x5F
        }
    }
    guard plain, name.utf8.count <= 64 else { throw ZoneError(name: name) }
    guard let bytes = try? readFile("/usr/share/zoneinfo/" + name),
      let zone = Zone(name: name, tzif: bytes)
    else { throw ZoneError(name: name) }
    return zone
  }

  init?(name: String, tzif bytes: [UInt8]) {
    var reader = TZifReader(bytes: bytes)
    guard let first = reader.header(), first.version >= 0x32,
      reader.skip(first.bodySize(timeSize: 4)), let header = reader.header(),
      header.types > 0, let times = reader.integers(header.times, size: 8),
      let kinds = reader.take(header.times), let types = reader.take(header.types * 6),
      reader.skip(header.characters + header.leaps * 12 + header.standards + header.universals)
    else { return nil }
    let typeOffsets = (0..<header.types).map { index in
      Int64(
        Int32(bitPattern: types[(index * 6)..<(index * 6 + 4)].reduce(0) { $0 << 8 | UInt32($1) }))
        * 1000
    }
    guard kinds.allSatisfy({ Int($0) < header.types }) else { return nil }
    var borders: [Int64] = []
    var offsets = [typeOffsets[0]]
    func append(_ border: Int64, _ offset: Int64) {
      guard offset != offsets[offsets.count - 1] else { return }
      if let last = borders.last, border <= last { return }
      borders.append(border)
      offsets.append(offset)
    }
    for (time, kind) in zip(times, kinds) where time > -100_000_000_000 {
      append(time * 1000, typeOffsets[Int(kind)])
    }
    if let rule = PosixRule(reader.footer()) {
      let last = borders.last ?? Int64.min
      let firstYear = last == Int64.min ? 1970 : Day.split(last).day.civil.year
      for (border, offset) in rule.changes(years: max(1970, firstYear)...2106) where border > last {
        append(border, offset)
      }
    }
    self.init(name: name, borders: borders, offsets: offsets)
  }
}

/// No time zone of this name is known to the system.
public struct ZoneError: Error, Equatable, Sendable {
  public let name: String
}

private struct TZifHeader {
  var version: UInt8
  var universals, standards, leaps, times, types, characters: Int

  func bodySize(timeSize: Int) -> Int {
    times * (timeSize + 1) + types * 6 + characters + leaps * (timeSize + 4) + standards
      + universals
  }
}

private struct TZifReader {
  let bytes: [UInt8]
  var position = 0

  mutating func take(_ count: Int) -> [UInt8]? {
    guard count >= 0, count <= bytes.count - position else { return nil }
    defer { position += count }
    return Array(bytes[position..<(position + count)])
  }

  mutating func skip(_ count: Int) -> Bool {
    take(count) != nil
  }

  mutating func integers(_ count: Int, size: Int) -> [Int64]? {
    take(count * size).map { block in
      (0..<count).map { index in
        Int64(
          bitPattern: block[(index * size)..<(index * size + size)].reduce(0) {
            $0 << 8 | UInt64($1)
          })
      }
    }
  }

  mutating func header() -> TZifHeader? {
    guard let start = take(20), Array(start[0..<4]) == Array("TZif".utf8),
      let counts = integers32(6)
    else { return nil }
    return TZifHeader(
      version: start[4], universals: counts[0], standards: counts[1], leaps: counts[2],
      times: counts[3], types: counts[4], characters: counts[5])
  }

  private mutating func integers32(_ count: Int) -> [Int]? {
    integers(count, size: 4)?.map { Int($0) }
  }

  /// The rule between the two newlines at the end.
  mutating func footer() -> String {
    guard position < bytes.count, bytes[position] == 0x0A else { return "" }
    return String(decoding: bytes[(position + 1)...].prefix { $0 != 0x0A }, as: UTF8.self)
  }
}
