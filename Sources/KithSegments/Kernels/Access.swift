// What loops read, as plain pointers. A value that holds an object is counted whenever it is copied, and
// two cores that count the same one wait for each other; a call into another room for each row costs
// more than the row does. So loops are given these, while ``Columns`` holds what they point into.

import KithStore
import KithSystem
import Synchronization

/// As ``absentValue``, where a loop sees what it is.
let absentAmount = Int64.min

/// The codes of a column; a column that a run does not have is one of no bits.
struct Codes {
  let data: UnsafeRawPointer?
  let bits: Int
  let validity: UnsafeRawPointer?

  init(_ view: CodeView?) {
    data = view?.data
    bits = view?.bits ?? 0
    validity = view?.validity
  }

  /// The same, read from elsewhere.
  init(_ codes: Codes, at data: UnsafeRawPointer) {
    self.data = data
    bits = codes.bits
    validity = codes.validity
  }

  /// Codes of 32 bits, ``absentCode`` where there is none.
  init(_ codes: UnsafePointer<UInt32>) {
    data = UnsafeRawPointer(codes)
    bits = 32
    validity = nil
  }

  /// The code of a row, or ``absentCode``.
  @inline(__always)
  subscript(row: Int) -> UInt32 {
    guard let data else { return .max }
    if let validity, !isBitSet(validity, row) { return .max }
    switch bits {
    case 8: return UInt32(data.load(fromByteOffset: row, as: UInt8.self))
    case 16: return UInt32(data.load(fromByteOffset: row &* 2, as: UInt16.self))
    default: return data.load(fromByteOffset: row &* 4, as: UInt32.self)
    }
  }

  /// Where the codes are single bytes, each row having one.
  @inline(__always)
  var bytes: UnsafePointer<UInt8>? {
    bits == 8 && validity == nil ? data?.assumingMemoryBound(to: UInt8.self) : nil
  }

  /// Copies the codes of some rows, as the snapshot's: `translation` gives them, where they differ.
  func copy(
    _ rows: Range<Int>, _ translation: [UInt32]?, to codes: UnsafeMutablePointer<UInt32>
  ) {
    if let bytes {
      let all = bytes + rows.lowerBound
      for place in 0..<rows.count { codes[place] = UInt32(all[place]) }
    } else {
      for place in 0..<rows.count { codes[place] = self[rows.lowerBound &+ place] }
    }
    guard let translation else { return }
    for place in 0..<rows.count {
      let code = Int(codes[place])
      codes[place] = code < translation.count ? translation[code] : .max
    }
  }
}

@inline(__always)
private func isBitSet(_ bits: UnsafeRawPointer, _ index: Int) -> Bool {
  let byte = bits.load(fromByteOffset: index &>> 3, as: UInt8.self)
  return byte &>> UInt8(truncatingIfNeeded: index & 7) & 1 != 0
}

/// Visits the places of a range whose bit is set, in order, until `body` has enough. Words are skipped
/// whole, so that places that are rare cost little; of the bytes those with a place in the range are read, and
/// some before them.
@inline(__always)
func eachBit(_ bits: UnsafeRawPointer, _ places: Range<Int>, _ body: (Int) -> Bool) {
  guard !places.isEmpty else { return }
  var byte = places.lowerBound &>> 3
  let end = ((places.upperBound &- 1) &>> 3) &+ 1
  var above = UInt64.max &<< UInt64(truncatingIfNeeded: places.lowerBound & 7)
  while byte < end {
    var rest: UInt64
    let left = end &- byte
    if left >= 8 {
      rest = bits.loadUnaligned(fromByteOffset: byte, as: UInt64.self)
    } else if end >= 8 {
      // What is left of a word, from those before it: nothing behind the last byte is touched.
      let word = bits.loadUnaligned(fromByteOffset: end &- 8, as: UInt64.self)
      rest = word &>> UInt64(truncatingIfNeeded: (8 &- left) &* 8)
    } else {
      rest = 0
      for next in byte..<end {
        rest |=
          UInt64(bits.load(fromByteOffset: next, as: UInt8.self)) &<< UInt64((next &- byte) &* 8)
      }
    }
    rest &= above
    above = .max
    let over = byte &* 8 &+ 64 &- places.upperBound
    if over > 0 { rest &= UInt64.max &>> UInt64(truncatingIfNeeded: over) }
    while rest != 0 {
      if !body(byte &* 8 &+ rest.trailingZeroBitCount) { return }
      rest &= rest &- 1
    }
    byte &+= 8
  }
}

/// The columns of a run, or merged rows of one user.
struct RunView {
  let rows: Int
  private let starts: Unmanaged<RunStarts>
  /// Milliseconds.
  let times: UnsafePointer<Int64>
  let events: Codes
  let sources: Codes
  let values: UnsafePointer<Int64>
  /// One bit a row: whether it has a value; nil where a value tells itself.
  let valueBits: UnsafeRawPointer?
  /// By place in ``Snapshot/properties``.
  let properties: UnsafeBufferPointer<Codes>

  init(_ run: RunColumns, _ properties: UnsafeBufferPointer<Codes>) {
    rows = run.rows
    starts = .passUnretained(run.rowStarts)
    times = run.times
    events = Codes(run.events)
    sources = Codes(run.sources)
    values = run.values
    valueBits = run.valueBits
    self.properties = properties
  }

  /// A run of which some rows were copied: their times, sources and values, each as if all rows were there.
  init(
    _ run: RunView, starts: RunStarts, times: UnsafePointer<Int64>, sources: UnsafeRawPointer?,
    values: UnsafePointer<Int64>
  ) {
    rows = run.rows
    self.starts = .passUnretained(starts)
    self.times = times
    events = run.events
    self.sources = sources.map { Codes(run.sources, at: $0) } ?? run.sources
    self.values = values
    valueBits = run.valueBits
    properties = run.properties
  }

  /// Rows that were merged, in the snapshot's codes.
  init(
    merged rows: Int, times: UnsafePointer<Int64>, events: Codes, sources: Codes,
    values: UnsafePointer<Int64>, _ properties: UnsafeBufferPointer<Codes>
  ) {
    self.rows = rows
    starts = .passUnretained(.none)
    self.times = times
    self.events = events
    self.sources = sources
    self.values = values
    valueBits = nil
    self.properties = properties
  }

  /// A row's value, or ``absentAmount``.
  @inline(__always)
  func value(_ row: Int) -> Int64 {
    if let valueBits, !isBitSet(valueBits, row) { return absentAmount }
    return values[row]
  }

  /// Asks for the times of a row and of some after it, which will be read soon; a hint.
  @inline(__always)
  func prefetchTimes(from row: Int) {
    let line = UnsafeRawPointer(times) + row &* 8
    for place in 0..<4 { prefetch(line + place &* 64) }
  }

  /// Asks for the last times of a user who comes soon; a hint.
  @inline(__always)
  func prefetchLastTimes(of user: Int) {
    let end = UnsafeRawPointer(times) + rows(of: user).upperBound &* 8
    prefetch(end - 8)
    prefetch(end - 72)
  }

  /// Asks for the values of a user who comes soon, where few rows have one; a hint.
  @inline(__always)
  func prefetchValues(of user: Int) {
    guard let valueBits else { return }
    eachBit(valueBits, rows(of: user)) { row in
      prefetch(values + row)
      return true
    }
  }

  /// The same for the time of one row, of rows that ascend. A page that is not mapped yet can't be asked for,
  /// so one time of every 64 KiB, which the system maps together, is read at once.
  ///
  /// - Parameter mapped: where the last one of these was; 0 at first.
  @inline(__always)
  func prefetchTime(_ row: Int, _ mapped: inout UInt) {
    let place = UnsafeRawPointer(times) + row &* 8
    let part = UInt(bitPattern: place) &>> 16
    if part == mapped { return prefetch(place) }
    mapped = part
    touch(place)
  }

  /// The same for the names of events.
  @inline(__always)
  func prefetchEvents(from row: Int) {
    if let bytes = events.bytes { prefetch(bytes + row) }
  }

  /// The same for a row's value.
  @inline(__always)
  func prefetchValue(_ row: Int) { prefetch(UnsafeRawPointer(values) + row &* 8) }

  /// A user's rows. Here and not in ``RunStarts``, since a method of another module's class is called, not
  /// inlined, and every walk asks for them.
  @inline(__always)
  func rows(of user: Int) -> Range<Int> {
    starts._withUnsafeGuaranteedRef { starts in
      guard let numbers = starts.sound.load(ordering: .acquiring) else {
        return starts.soundRows(of: user)
      }
      return rowsBetween(numbers, user, most: starts.rows)
    }
  }

  /// The first row whose time is late enough, all later ones being so too. Cost: O(log rows).
  @inline(__always)
  func firstRow(in rows: Range<Int>, _ isLate: (Int64) -> Bool) -> Int {
    var low = rows.lowerBound
    var high = rows.upperBound
    while low < high {
      let middle = (low &+ high) / 2
      if isLate(times[middle]) { high = middle } else { low = middle &+ 1 }
    }
    return low
  }
}

extension RunView {
  /// As ``firstRow(in:_:)``, looked for from the first row on, in steps that double. Cost: O(log of the
  /// distance).
  @inline(__always)
  func firstNearRow(in rows: Range<Int>, _ isLate: (Int64) -> Bool) -> Int {
    var low = rows.lowerBound
    var step = 1
    while low < rows.upperBound {
      let next = min(low &+ step, rows.upperBound)
      if isLate(times[next &- 1]) { return firstRow(in: low..<next, isLate) }
      low = next
      step &*= 2
    }
    return low
  }

  /// As ``firstNearRow(in:_:)``, looked for from the last row back, in steps that double. Cost: O(log of the
  /// distance).
  @inline(__always)
  func lastNearRow(in rows: Range<Int>, _ isLate: (Int64) -> Bool) -> Int {
    var high = rows.upperBound
    var step = 1
    while high > rows.lowerBound {
      let next = max(high &- step, rows.lowerBound)
      if !isLate(times[next]) { return firstRow(in: (next &+ 1)..<high, isLate) }
      high = next
      step &*= 2
    }
    return high
  }
}

/// Memory that stays where it is while this is held.
final class Kept<Element: BitwiseCopyable>: @unchecked Sendable {  // never written after init
  let all: UnsafeBufferPointer<Element>

  init(_ elements: some Collection<Element>) {
    let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: max(1, elements.count))
    _ = memory.initialize(from: elements)
    all = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(memory)[..<elements.count])
  }

  deinit {
    all.deallocate()
  }
}

/// A table for each run and one for merged rows, by code.
final class Tables<Element: BitwiseCopyable>: @unchecked Sendable {  // never written after init
  private let kept: [Kept<Element>]
  private let pointers: Kept<UnsafeBufferPointer<Element>>

  init(_ tables: [[Element]]) {
    kept = tables.map { Kept($0) }
    pointers = Kept(kept.map(\.all))
  }

  /// By run, by code; good while this is held.
  var all: UnsafeBufferPointer<UnsafeBufferPointer<Element>> { pointers.all }
}
