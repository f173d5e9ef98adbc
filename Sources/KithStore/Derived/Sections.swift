// A file of derived arrays, or a part of one:
//
//   head     64 bytes: magic, what it was derived from, sizes, CRC-32C of head and tables
//   tables   for each section its name, offset and size; then CRC-32C of each block of the body
//   body     the sections, each at a multiple of 64 bytes
//
// Opening reads head and tables. A block of the body is held against its checksum when it is first
// touched, so that a question pays for what it reads.

import KithSystem
import Synchronization

/// Named arrays of integers that were worked out once: in memory, or in a file of `cache/`.
final class Sections: Sendable {
  /// What one user's numbers lie in is small, so that a look at one costs little.
  static let blockSize = 1 << 14
  private static let magic = UInt64(0x3431_4845_5449_4B00) | 1  // changes with the layout
  private static let headSize = 64
  /// Blocks that take as long to look at as several threads to start.
  private static let blocksWorthThreads = 192

  /// Where each section lies. A list, since there are few, and a kind of dictionary costs a start more.
  private let places: [Place]
  private let body: SectionBody
  /// Within the file; empty in memory.
  private var checksums: UnsafeBufferPointer<UInt32> { body.checksums }
  /// One bit for each block that was found to be sound.
  private let sound: Mutex<[UInt64]>

  /// What is to be written: sections by name.
  typealias Content = [(name: UInt32, bytes: UnsafeRawBufferPointer)]

  /// Sections in memory, which are sound as they are. `owner` keeps them alive.
  init(_ content: Content, owner: some Sendable & AnyObject) {
    let base = UnsafeRawPointer(bitPattern: 1)
    var memory: [UInt32: UnsafeRawBufferPointer] = [:]
    for section in content {
      memory[section.name] = section.bytes
    }
    places = content.map { Place(name: $0.name, start: 0, count: $0.bytes.count) }
    body = SectionBody(
      whole: UnsafeRawBufferPointer(start: base, count: 0),
      checksums: UnsafeBufferPointer(start: nil, count: 0), parts: memory, owner: owner)
    sound = Mutex([])
  }

  /// Opens a file; nil where it was derived from something else, or head and tables are not sound.
  convenience init?(_ mapped: MappedBytes, from source: UInt64) {
    self.init(mapped.bytes, of: mapped, from: source)
  }

  /// Opens what lies in a part of a file, aligned to 64.
  init?(_ bytes: UnsafeRawBufferPointer, of mapped: MappedBytes, from source: UInt64) {
    guard bytes.count >= Self.headSize, bytes.load(as: UInt64.self) == Self.magic,
      bytes.load(fromByteOffset: 8, as: UInt64.self) == source
    else { return nil }
    let sections = Int(bytes.load(fromByteOffset: 16, as: UInt32.self))
    let blocks = Int(bytes.load(fromByteOffset: 20, as: UInt32.self))
    let size = Int(truncatingIfNeeded: bytes.load(fromByteOffset: 24, as: UInt64.self))
    let tablesSize = sections * 24 + blocks * 4
    let start = (Self.headSize + tablesSize + 63) / 64 * 64
    guard size >= 0, start <= bytes.count, bytes.count - start == size,
      blocks == (size + Self.blockSize - 1) / Self.blockSize
    else { return nil }
    var crc = CRC32C()
    crc.update(UnsafeRawBufferPointer(rebasing: bytes[..<32]))
    crc.update(
      UnsafeRawBufferPointer(rebasing: bytes[Self.headSize..<(Self.headSize + tablesSize)]))
    guard bytes.load(fromByteOffset: 32, as: UInt32.self) == crc.value else { return nil }
    var places: [Place] = []
    for index in 0..<sections {
      let entry = Self.headSize + index * 24
      let offset = Int(
        truncatingIfNeeded: bytes.loadUnaligned(fromByteOffset: entry + 8, as: UInt64.self))
      let count = Int(
        truncatingIfNeeded: bytes.loadUnaligned(fromByteOffset: entry + 16, as: UInt64.self))
      guard offset >= 0, count >= 0, offset <= size, count <= size - offset, offset % 64 == 0 else {
        return nil
      }
      let name = bytes.loadUnaligned(fromByteOffset: entry, as: UInt32.self)
      places.append(Place(name: name, start: offset, count: count))
    }
    self.places = places
    let table = Self.headSize + sections * 24
    body = SectionBody(
      whole: UnsafeRawBufferPointer(rebasing: bytes[start...]),
      checksums: UnsafeRawBufferPointer(rebasing: bytes[table..<(table + blocks * 4)])
        .bindMemory(to: UInt32.self),
      parts: [:], owner: mapped)
    sound = Mutex([UInt64](repeating: 0, count: (blocks + 63) / 64))
  }

  private struct Place {
    let name: UInt32
    let start: Int
    let count: Int
  }

  private func place(_ name: UInt32) -> Range<Int>? {
    places.first { $0.name == name }.map { $0.start..<($0.start + $0.count) }
  }

  /// A section as numbers, which are not held against their checksums here; nil where there is none,
  /// or it is no array of so many.
  func numbers<Number: FixedWidthInteger>(
    _ name: UInt32, _ count: Int? = nil, of type: Number.Type = Number.self
  ) -> UnsafeBufferPointer<Number>? {
    guard let place = place(name) else { return nil }
    let size = MemoryLayout<Number>.size
    guard place.count % size == 0, count.map({ place.count == $0 * size }) ?? true else {
      return nil
    }
    let part = body.parts.isEmpty ? nil : body.parts[name]
    let bytes = part ?? UnsafeRawBufferPointer(rebasing: body.whole[place])
    return bytes.bindMemory(to: Number.self)
  }

  /// Whether the blocks that hold a part of a section (in bytes, all of it where nil) are sound.
  ///
  /// Cost: one pass over those that were not looked at before, on all cores where they are many.
  func areSound(_ name: UInt32, bytes part: Range<Int>? = nil) -> Bool {
    guard let place = place(name) else { return false }
    guard !checksums.isEmpty, !place.isEmpty else { return true }
    let range =
      part.map { (place.lowerBound + $0.lowerBound)..<(place.lowerBound + $0.upperBound) } ?? place
    guard !range.isEmpty, range.upperBound <= place.upperBound else { return range.isEmpty }
    let first = range.lowerBound / Self.blockSize
    let last = (range.upperBound - 1) / Self.blockSize
    let unseen = sound.withLock { sound in
      let isUnseen = { (block: Int) in sound[block >> 6] >> UInt64(block & 63) & 1 == 0 }
      // Mostly all were seen, and then there is nothing to list.
      return (first...last).contains(where: isUnseen) ? (first...last).filter(isUnseen) : []
    }
    guard !unseen.isEmpty else { return true }
    let isBad = Atomic(false)
    let parts = unseen.count < Self.blocksWorthThreads ? 1 : Cores.count
    Cores.run(over: unseen.count, parts: parts) { _, indices in
      if !areSound(unseen[indices]) { isBad.store(true, ordering: .relaxed) }
    }
    guard !isBad.load(ordering: .relaxed) else { return false }
    sound.withLock { sound in
      for block in unseen { sound[block >> 6] |= 1 << UInt64(block & 63) }
    }
    return true
  }

  /// Blocks in ascending order; four that follow each other are looked at together.
  private func areSound(_ blocks: ArraySlice<Int>) -> Bool {
    var rest = blocks
    while let block = rest.first {
      let end = (block + 4) * Self.blockSize
      if rest.count >= 4, rest[rest.startIndex + 3] == block + 3, end <= body.whole.count {
        let sums = CRC32C.ofQuarters(
          UnsafeRawBufferPointer(rebasing: body.whole[(block * Self.blockSize)..<end]))
        guard
          sums == (
            checksums[block], checksums[block + 1], checksums[block + 2], checksums[block + 3]
          )
        else { return false }
        rest = rest.dropFirst(4)
      } else {
        guard isSound(block) else { return false }
        rest = rest.dropFirst()
      }
    }
    return true
  }

  private func isSound(_ block: Int) -> Bool {
    let start = block * Self.blockSize
    let end = min(start + Self.blockSize, body.whole.count)
    return CRC32C.of(UnsafeRawBufferPointer(rebasing: body.whole[start..<end])) == checksums[block]
  }
}

/// Where the numbers lie, and what keeps them there.
private struct SectionBody: @unchecked Sendable {  // memory that is never written
  let whole: UnsafeRawBufferPointer
  let checksums: UnsafeBufferPointer<UInt32>
  let parts: [UInt32: UnsafeRawBufferPointer]
  let owner: any Sendable & AnyObject
}

extension Sections {
  /// Writes a file that ``init(_:from:)`` opens, so that a reader sees all of it or none. It is not
  /// synced: what a power cut leaves of it does not hold against its checksums, and is made again.
  static func write(
    _ content: Content, from source: UInt64, to name: String, _ files: any FileSystem
  ) throws(FileError) {
    try files.replace(name) { (file) throws(FileError) in
      try put(content, from: source) { (bytes) throws(FileError) in try file.write(bytes) }
    }
  }

  /// Hands over the bytes of such a file, in order.
  static func put<Failure: Error>(
    _ content: Content, from source: UInt64,
    to sink: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    try send(head(of: content, from: source), to: sink)
    for section in content {
      try sink(section.bytes)
      let rest = padded(section.bytes.count) - section.bytes.count
      if rest > 0 { try send([UInt8](repeating: 0, count: rest), to: sink) }
    }
  }

  /// What comes before the body: head and tables.
  private static func head(of content: Content, from source: UInt64) -> [UInt8] {
    var places: [(name: UInt32, offset: Int, size: Int)] = []
    var size = 0
    for section in content {
      places.append((section.name, size, section.bytes.count))
      size += padded(section.bytes.count)
    }
    let blocks = (size + blockSize - 1) / blockSize
    var tables: [UInt8] = []
    for place in places {
      append(UInt64(place.name), to: &tables)
      append(UInt64(place.offset), to: &tables)
      append(UInt64(place.size), to: &tables)
    }
    for checksum in blockChecksums(content, places.map(\.offset), size) {
      append(checksum, to: &tables)
    }
    var head: [UInt8] = []
    append(magic, to: &head)
    append(source, to: &head)
    append(UInt32(content.count), to: &head)
    append(UInt32(blocks), to: &head)
    append(UInt64(size), to: &head)
    var crc = CRC32C()
    head.withUnsafeBytes { crc.update($0) }
    tables.withUnsafeBytes { crc.update($0) }
    append(crc.value, to: &head)
    head += [UInt8](repeating: 0, count: headSize - head.count)
    head += tables
    head += [UInt8](repeating: 0, count: padded(head.count) - head.count)
    return head
  }

  /// The checksum of each block of the body, in which sections are padded to 64 bytes; on all cores.
  private static func blockChecksums(
    _ content: Content, _ offsets: [Int], _ size: Int
  ) -> [UInt32] {
    let blocks = (size + blockSize - 1) / blockSize
    let checksums = WorkArray<UInt32>(blocks)
    let sections = zip(offsets, content).map { (start: $0, bytes: Bytes($1.bytes)) }
    Cores.run(over: blocks, parts: blocks < 16 ? 1 : Cores.count) { _, range in
      for block in range {
        var crc = CRC32C()
        let end = min((block + 1) * blockSize, size)
        var place = block * blockSize
        for section in sections where place < end {
          let bytes = section.bytes.all
          let from = place - section.start
          guard from >= 0, from < padded(bytes.count) else { continue }
          let whole = UnsafeRawBufferPointer(
            rebasing: bytes[min(from, bytes.count)..<min(from + end - place, bytes.count)])
          crc.update(whole)
          place += whole.count
          let padding = min(end, section.start + padded(bytes.count)) - place
          zeros.withUnsafeBytes { crc.update(UnsafeRawBufferPointer(rebasing: $0[..<padding])) }
          place += padding
        }
        checksums[block] = crc.value
      }
    }
    return Array(checksums.numbers[..<blocks])
  }

  private static let zeros = [UInt8](repeating: 0, count: 64)

  /// Memory that nobody writes while its checksums are worked out.
  private struct Bytes: @unchecked Sendable {
    let all: UnsafeRawBufferPointer

    init(_ all: UnsafeRawBufferPointer) { self.all = all }
  }

  private static func append<Number: FixedWidthInteger>(_ number: Number, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
