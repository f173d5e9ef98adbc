import KithSystem

/// The codes of an index sorted by the bytes of their texts.
///
/// Eight bytes of each text at a time, as one number: sorted byte by byte from the last to the first
/// (a radix sort); where they are equal, the next eight decide. Many texts are first parted by some of them,
/// a part for each core. Cost: O(bytes), some 30 ns a text.
func sortedByBytes(_ index: TextIndex) -> [UInt32] {
  var codes = Array(0..<UInt32(index.count))
  let borders = borders(index, parts: index.count < 1 << 15 ? 1 : Cores.count)
  var parts = Array(repeating: [UInt32](), count: borders.count + 1)
  for code in codes where !borders.isEmpty {
    let text = index.text(code)
    parts[borders.firstIndex { compare(text, index.text($0)) < 0 } ?? borders.count].append(code)
  }
  codes.withUnsafeMutableBufferPointer { codes in
    guard !borders.isEmpty else { return sort(codes, from: 0, index) }
    var ends = [0]
    for part in parts {
      _ = codes[ends[ends.count - 1]...].update(fromContentsOf: part)
      ends.append(ends[ends.count - 1] + part.count)
    }
    let codes = codes
    Cores.runUnchecked(parts.count) { part in
      sort(UnsafeMutableBufferPointer(rebasing: codes[ends[part]..<ends[part + 1]]), from: 0, index)
    }
  }
  return codes
}

/// Texts that part all of them into parts of nearly the same size, ascending.
private func borders(_ index: TextIndex, parts: Int) -> [UInt32] {
  guard parts > 1 else { return [] }
  let count = 64 * parts
  let sample = (0..<count).map { UInt32(index.count * $0 / count) }
    .sorted { compare(index.text($0), index.text($1)) < 0 }
  return (1..<parts).map { sample[64 * $0] }
}

private struct KeyedCode {
  var key: UInt64
  var code: UInt32
}

private typealias KeyedCodes = UnsafeMutableBufferPointer<KeyedCode>

/// Sorts codes whose texts are equal before `offset`.
private func sort(
  _ codes: UnsafeMutableBufferPointer<UInt32>, from offset: Int, _ index: TextIndex
) {
  guard codes.count >= 64 else {
    var codes = codes
    codes.sort { compare(index.text($0), index.text($1)) < 0 }
    return
  }
  let keys = KeyedCodes.allocate(capacity: codes.count)
  let spare = KeyedCodes.allocate(capacity: codes.count)
  defer {
    keys.deallocate()
    spare.deallocate()
  }
  for (place, code) in codes.enumerated() {
    let text = index.text(code)
    // A text that ends is filled up with zeros, and holds none itself: a shorter one comes first.
    let key =
      text.count > offset
      ? UnsafeRawPointer(text.baseAddress.unsafelyUnwrapped).load(
        fromByteOffset: offset, as: UInt64.self
      ).bigEndian : 0
    keys[place] = KeyedCode(key: key, code: code)
  }
  radixSort(keys, spare)
  for (place, keyed) in keys.enumerated() { codes[place] = keyed.code }
  var start = 0
  while start < codes.count {
    var end = start + 1
    while end < codes.count, keys[end].key == keys[start].key { end += 1 }
    if end - start > 1 {
      sort(UnsafeMutableBufferPointer(rebasing: codes[start..<end]), from: offset + 8, index)
    }
    start = end
  }
}

/// Sorts by the key, one byte at a time; a byte that all keys share takes no pass.
private func radixSort(_ keys: KeyedCodes, _ spare: KeyedCodes) {
  var counts = [Int](repeating: 0, count: 8 * 256)
  for keyed in keys {
    for byte in 0..<8 { counts[byte * 256 + Int(keyed.key >> UInt64(byte * 8) & 0xFF)] += 1 }
  }
  var (from, to) = (keys, spare)
  for byte in 0..<8 {
    let shift = UInt64(byte * 8)
    if counts[byte * 256 + Int(from[0].key >> shift & 0xFF)] == keys.count { continue }
    var next = [Int](repeating: 0, count: 256)
    for value in 1..<256 { next[value] = next[value - 1] + counts[byte * 256 + value - 1] }
    next.withUnsafeMutableBufferPointer { next in
      for keyed in from {
        let value = Int(keyed.key >> shift & 0xFF)
        to[next[value]] = keyed
        next[value] &+= 1
      }
    }
    swap(&from, &to)
  }
  if from.baseAddress != keys.baseAddress { _ = keys.update(from: from) }
}
