/// What is known of each of some keys.
///
/// Open addressing: a slot holds 32 bits of a hash that may be a quick one, and the number of the entry + 1,
/// so that the key itself is mostly asked for only where it is there; at most half of the slots are used.
struct KeyTable<Entry> {
  private var slots = [UInt64](repeating: 0, count: 64)
  private var hashes: [UInt64] = []
  private var keys: [RowKey] = []
  var entries: [Entry] = []

  /// Makes room; called while it is empty.
  mutating func reserve(_ count: Int) {
    var size = slots.count
    while size < count * 2 { size *= 2 }
    slots = [UInt64](repeating: 0, count: size)
    hashes.reserveCapacity(count)
    keys.reserveCapacity(count)
    entries.reserveCapacity(count)
  }

  /// The number of a key's entry; nil where there is none.
  func find(_ hash: UInt64, _ key: () -> RowKey) -> Int? { look(for: hash, key).number }

  /// The number of a key's entry, which is made where there is none.
  mutating func place(_ hash: UInt64, _ key: () -> RowKey, new: () -> Entry) -> Int {
    let (found, slot) = look(for: hash, key)
    if let found { return found }
    let number = entries.count
    slots[slot] = Self.word(hash, number)
    hashes.append(hash)
    keys.append(key())
    entries.append(new())
    if entries.count * 2 > slots.count { grow() }
    return number
  }

  /// Forgets all. Cost: as many as there are.
  mutating func removeAll() {
    let mask = slots.count - 1
    for (number, hash) in hashes.enumerated() {
      let word = Self.word(hash, number)
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != word { slot = (slot &+ 1) & mask }
      slots[slot] = 0
    }
    hashes.removeAll(keepingCapacity: true)
    keys.removeAll(keepingCapacity: true)
    entries.removeAll(keepingCapacity: true)
  }

  private static func word(_ hash: UInt64, _ number: Int) -> UInt64 {
    hash & ~0xFFFF_FFFF | UInt64(number + 1)
  }

  /// The entry of a key, or the empty slot where it belongs.
  private func look(for hash: UInt64, _ key: () -> RowKey) -> (number: Int?, slot: Int) {
    let mask = slots.count &- 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    var wanted: RowKey?
    while slots[slot] != 0 {
      if slots[slot] >> 32 == hash >> 32 {
        let number = Int(slots[slot] & 0xFFFF_FFFF) &- 1
        let key = wanted ?? key()
        wanted = key
        if keys[number] == key { return (number, slot) }
      }
      slot = (slot &+ 1) & mask
    }
    return (nil, slot)
  }

  private mutating func grow() {
    slots = [UInt64](repeating: 0, count: slots.count * 2)
    let mask = slots.count - 1
    for (number, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != 0 { slot = (slot &+ 1) & mask }
      slots[slot] = Self.word(hash, number)
    }
  }
}
