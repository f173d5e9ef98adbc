import KithSystem

/// Distinct texts numbered in the order in which they are first seen; made for many millions of
/// look-ups by one thread.
///
/// Open addressing: a slot holds half of the text's hash, its code, and where it lies, so that a
/// look-up touches the slot and the text alone. Texts lie at multiples of eight bytes, filled up with
/// zeros, and are compared eight bytes at a time; whoever asks sees to it that eight bytes may be
/// loaded wherever a text ends. Hashes are seeded, so that nobody can choose ids that collide.
///
/// A value of pointers, so that a loop can hold it in registers; its owner frees it.
struct TextIndex {
  private struct Slot {
    var tag: UInt32
    /// One more than the code; 0 where the slot is free.
    var next: UInt32
    /// In units of eight bytes.
    var start: UInt32
    var size: UInt32
  }

  private struct Entry {
    var hash: UInt64
    var start: UInt32
    var size: UInt32
  }

  let seed: UInt64
  private(set) var count = 0
  private var slots: Memory
  private var mask: Int
  private var entries: Memory
  private var texts: Memory
  private var used = 0

  /// Memory that is held by hand.
  private struct Memory {
    let owner: Unmanaged<LargeMemory>
    let address: UnsafeMutableRawPointer
    let size: Int

    init(_ size: Int) {
      let memory = LargeMemory(size)
      owner = .passRetained(memory)
      address = memory.address
      self.size = size
    }

    func grown(_ size: Int) -> Memory {
      let larger = Memory(size)
      larger.address.copyMemory(from: address, byteCount: self.size)
      owner.release()
      return larger
    }
  }

  init(seed: UInt64) {
    self.seed = seed
    slots = Memory(64 * MemoryLayout<Slot>.size)
    mask = 63
    entries = Memory(32 * MemoryLayout<Entry>.size)
    texts = Memory(1024)
  }

  func free() {
    slots.owner.release()
    entries.owner.release()
    texts.owner.release()
  }

  /// Bytes of memory that it takes.
  var memorySize: Int { slots.size + entries.size + texts.size }
  /// The bytes of all texts together, each filled up to a multiple of eight.
  var textSize: Int { used * 8 }

  @inline(__always)
  private func slot(_ place: Int) -> UnsafeMutablePointer<Slot> {
    slots.address.assumingMemoryBound(to: Slot.self) + place
  }

  @inline(__always)
  private func entry(_ code: UInt32) -> UnsafeMutablePointer<Entry> {
    entries.address.assumingMemoryBound(to: Entry.self) + Int(code)
  }

  /// Brings what a look-up will touch nearer; the sum keeps the loads from being left out.
  @inline(__always)
  func touchSlot(_ hash: UInt64) -> UInt32 {
    slot(Int(truncatingIfNeeded: hash) & mask).pointee.start
  }

  @inline(__always)
  func touchText(_ start: UInt32) -> UInt8 {
    texts.address.load(fromByteOffset: Int(start) &* 8, as: UInt8.self)
  }

  /// The code of a text, or ``absentCode``.
  @inline(__always)
  func find(_ text: UnsafeRawPointer, _ size: Int, _ hash: UInt64) -> UInt32 {
    var place = Int(truncatingIfNeeded: hash) & mask
    let tag = UInt32(truncatingIfNeeded: hash >> 32)
    while true {
      let slot = slot(place).pointee
      if slot.next == 0 { return absentCode }
      if slot.tag == tag, Int(slot.size) == size,
        equals(texts.address + Int(slot.start) &* 8, text, size)
      {
        return slot.next &- 1
      }
      place = (place &+ 1) & mask
    }
  }

  /// Takes in a text that is not there yet.
  @inline(never)
  mutating func insert(_ text: UnsafeRawPointer, _ size: Int, _ hash: UInt64) -> UInt32 {
    if (count + 1) * 2 > mask + 1 { grow() }
    if (count + 1) * MemoryLayout<Entry>.size > entries.size {
      entries = entries.grown(entries.size * 2)
    }
    let units = (size + 7) / 8
    while (used + units) * 8 > texts.size { texts = texts.grown(texts.size * 2) }
    let start = UInt32(truncatingIfNeeded: used)
    (texts.address + used * 8).copyMemory(from: text, byteCount: size)
    used += units
    let code = UInt32(truncatingIfNeeded: count)
    entry(code).pointee = Entry(hash: hash, start: start, size: UInt32(truncatingIfNeeded: size))
    count += 1
    place(code)
    return code
  }

  private func place(_ code: UInt32) {
    let entry = entry(code).pointee
    var place = Int(truncatingIfNeeded: entry.hash) & mask
    while slot(place).pointee.next != 0 { place = (place &+ 1) & mask }
    slot(place).pointee = Slot(
      tag: UInt32(truncatingIfNeeded: entry.hash >> 32), next: code &+ 1, start: entry.start,
      size: entry.size)
  }

  private mutating func grow() {
    mask = mask * 2 + 1
    slots.owner.release()
    slots = Memory((mask + 1) * MemoryLayout<Slot>.size)
    for code in 0..<UInt32(count) { place(code) }
  }

  /// The code of a text, a new one where it is new.
  mutating func code(_ text: UnsafeRawPointer, _ size: Int, _ hash: UInt64) -> UInt32 {
    let found = find(text, size, hash)
    return found == absentCode ? insert(text, size, hash) : found
  }

  @inline(__always)
  func hash(_ code: UInt32) -> UInt64 { entry(code).pointee.hash }

  /// A text; it stays where it is until the next one is taken in.
  @inline(__always)
  func text(_ code: UInt32) -> UnsafeRawBufferPointer {
    let entry = entry(code).pointee
    return UnsafeRawBufferPointer(
      start: texts.address + Int(entry.start) &* 8, count: Int(entry.size))
  }

  /// The hash of a text. Loads up to seven bytes behind it.
  @inline(__always)
  func hashed(_ text: UnsafeRawPointer, _ size: Int) -> UInt64 {
    var hash = seed
    var place = 0
    while place &+ 8 <= size {
      hash = mixed(hash ^ text.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      place &+= 8
    }
    if place < size {
      let word = text.loadUnaligned(fromByteOffset: place, as: UInt64.self)
      hash = mixed(hash ^ firstBytes(word, size &- place))
    }
    return finished(hash, size)
  }

  @inline(__always)
  func finished(_ hash: UInt64, _ size: Int) -> UInt64 {
    mixed(hash ^ seed &+ UInt64(truncatingIfNeeded: size))
  }
}

/// The first `count` bytes of a word, 1 to 7, the others zero.
@inline(__always)
func firstBytes(_ word: UInt64, _ count: Int) -> UInt64 {
  word & (1 &<< UInt64(truncatingIfNeeded: count &* 8) &- 1)
}

/// Whether a text is equal to one that is filled up with zeros.
@inline(__always)
private func equals(_ filled: UnsafeRawPointer, _ text: UnsafeRawPointer, _ size: Int) -> Bool {
  var place = 0
  while place &+ 8 <= size {
    if filled.load(fromByteOffset: place, as: UInt64.self)
      != text.loadUnaligned(fromByteOffset: place, as: UInt64.self)
    {
      return false
    }
    place &+= 8
  }
  guard place < size else { return true }
  let word = text.loadUnaligned(fromByteOffset: place, as: UInt64.self)
  return filled.load(fromByteOffset: place, as: UInt64.self) == firstBytes(word, size &- place)
}
