import KithSystem

/// Distinct texts numbered in the order in which they are first seen; made for many millions of
/// look-ups by one thread.
///
/// Open addressing: a slot holds a text's code and, up to 24 bytes, the text itself, so that a look-up
/// touches one line of memory; a longer text's slot holds its hash and where it lies. Texts lie at
/// multiples of eight bytes, filled up with zeros; whoever asks sees to it that eight bytes may be
/// loaded wherever a text ends. Hashes are seeded, so that nobody can choose ids that collide.
///
/// A value of pointers, so that a loop can hold it in registers; its owner frees it.
struct TextIndex {
  fileprivate struct Slot {
    /// One more than the code; 0 where the slot is free.
    var next: UInt32
    var size: UInt32
    /// The text; of a longer one the hash, and its place in units of eight bytes.
    var key: TextKey
  }

  private struct Entry {
    /// In units of eight bytes.
    var start: UInt32
    var size: UInt32
  }

  let seed: UInt64
  private let hashing: TextHashing
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
    hashing = TextHashing(seed: seed)
    slots = Memory(64 * MemoryLayout<Slot>.size)
    mask = 63
    entries = Memory(64 * MemoryLayout<Entry>.size)
    texts = Memory(1024)
  }

  func free() {
    slots.owner.release()
    entries.owner.release()
    texts.owner.release()
  }

  /// Forgets all texts, and gives their memory back.
  mutating func clear() {
    free()
    self = TextIndex(seed: seed)
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

  /// What look-ups need, until the next text is taken in.
  @inline(__always)
  var finder: Finder {
    Finder(
      slots: slots.address.assumingMemoryBound(to: Slot.self), mask: mask, texts: texts.address)
  }

  /// The code of a text, or ``absentCode``.
  @inline(__always)
  func find(_ text: UnsafeRawPointer, _ size: Int, _ hash: UInt64) -> UInt32 {
    finder.find(text, size, hash)
  }

  struct Finder {
    fileprivate let slots: UnsafeMutablePointer<Slot>
    fileprivate let mask: Int
    fileprivate let texts: UnsafeMutableRawPointer

    /// Asks for what a look-up will touch.
    @inline(__always)
    func prefetch(_ hash: UInt64) {
      KithSystem.prefetch(slots + (Int(truncatingIfNeeded: hash) & mask))
    }

    /// The code of a text, or ``absentCode``.
    @inline(__always)
    func find(_ text: UnsafeRawPointer, _ size: Int, _ hash: UInt64) -> UInt32 {
      guard size <= TextKey.sizeMax else { return findLong(text, size, hash) }
      let key = TextKey(text, size)
      var place = Int(truncatingIfNeeded: hash) & mask
      while true {
        let slot = slots + place
        if slot.pointee.next == 0 { return absentCode }
        if slot.pointee.size == UInt32(truncatingIfNeeded: size),
          slot.pointee.key.isEqual(to: key)
        {
          return slot.pointee.next &- 1
        }
        place = (place &+ 1) & mask
      }
    }

    @inline(never)
    private func findLong(_ text: UnsafeRawPointer, _ size: Int, _ hash: UInt64) -> UInt32 {
      var place = Int(truncatingIfNeeded: hash) & mask
      while true {
        let slot = slots[place]
        if slot.next == 0 { return absentCode }
        if Int(slot.size) == size, slot.key.first == hash,
          equals(texts + Int(slot.key.middle) &* 8, text, size)
        {
          return slot.next &- 1
        }
        place = (place &+ 1) & mask
      }
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
    entry(code).pointee = Entry(start: start, size: UInt32(truncatingIfNeeded: size))
    count += 1
    place(code, hash)
    return code
  }

  private func place(_ code: UInt32, _ hash: UInt64) {
    let entry = entry(code).pointee
    let text = texts.address + Int(entry.start) &* 8
    let key =
      Int(entry.size) <= TextKey.sizeMax
      ? TextKey(text, Int(entry.size))
      : TextKey(first: hash, middle: UInt64(entry.start), last: 0)
    var place = Int(truncatingIfNeeded: hash) & mask
    while slot(place).pointee.next != 0 { place = (place &+ 1) & mask }
    slot(place).pointee = Slot(next: code &+ 1, size: entry.size, key: key)
  }

  private mutating func grow() {
    mask = mask * 2 + 1
    slots.owner.release()
    slots = Memory((mask + 1) * MemoryLayout<Slot>.size)
    for code in 0..<UInt32(count) { place(code, hash(code)) }
  }

  /// The code of a text, a new one where it is new.
  mutating func code(_ text: UnsafeRawPointer, _ size: Int, _ hash: UInt64) -> UInt32 {
    let found = find(text, size, hash)
    return found == absentCode ? insert(text, size, hash) : found
  }

  func hash(_ code: UInt32) -> UInt64 {
    let entry = entry(code).pointee
    return hash(texts.address + Int(entry.start) &* 8, Int(entry.size))
  }

  /// A text; it stays where it is until the next one is taken in.
  @inline(__always)
  func text(_ code: UInt32) -> UnsafeRawBufferPointer {
    let entry = entry(code).pointee
    return UnsafeRawBufferPointer(
      start: texts.address + Int(entry.start) &* 8, count: Int(entry.size))
  }

  /// The bytes of a text.
  func size(_ code: UInt32) -> Int { Int(entry(code).pointee.size) }

  /// The hash of a text.
  @inline(__always)
  func hash(_ text: UnsafeRawPointer, _ size: Int) -> UInt64 { hashing.hash(text, size) }
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
