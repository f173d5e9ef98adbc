/// Numbers for the ids that decisions name, equal where the bytes are.
///
/// Ids of the checkpoint have the numbers of their order by bytes, and stay where they lie; ids that
/// came since follow in the order in which they came.
struct UserTable: Sendable {
  private(set) var base: TextTable
  private(set) var extra: Interner

  init(base: TextTable = .empty) {
    self.base = base
    extra = Interner(seed: processSeed)
  }

  var count: Int { base.count + extra.count }

  /// Cost: O(log ids).
  func find(_ id: UnsafeRawBufferPointer) -> UInt32? {
    if base.count > 0, let place = base.find(id) { return UInt32(place) }
    return extra.find(id).map { UInt32(base.count) + $0 }
  }

  @inline(__always)
  mutating func intern(_ id: UnsafeRawBufferPointer) -> UInt32 {
    if base.count > 0, let place = base.find(id) { return UInt32(place) }
    return UInt32(base.count) &+ extra.code(id)
  }

  /// As ``intern(_:)`` for ids in byte order, which costs one walk along the checkpoint's.
  mutating func internSorted(
    _ ids: (_ each: (UnsafeRawBufferPointer) -> Void) -> Void
  ) -> [UInt32] {
    let base = base
    var numbers: [UInt32] = []
    var place = 0
    ids { id in
      place = firstIndex(in: place..<base.count) { compare(base[$0], id) >= 0 }
      if place < base.count, compare(base[place], id) == 0 {
        numbers.append(UInt32(place))
      } else {
        numbers.append(UInt32(base.count) &+ extra.code(id))
      }
    }
    return numbers
  }

  @inline(__always)
  func withID<Result>(_ number: UInt32, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    let place = Int(number)
    return place < base.count
      ? body(base[place]) : extra.withText(number - UInt32(base.count), body)
  }

  func id(_ number: UInt32) -> String {
    withID(number) { String(decoding: $0, as: UTF8.self) }
  }

  /// All ids in byte order as one table, and for each number its place there.
  func sorted() -> (table: TextTable, places: [UInt32]) {
    let (added, ranks) = extra.sorted()
    let union = TextUnion([base, added], used: [nil, nil])
    let places = union.translations[0] + ranks.map { union.translations[1][Int($0)] }
    var ends: [Int64] = [0]
    ends.reserveCapacity(union.count + 1)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(union.size)
    for code in 0..<union.count {
      bytes.append(contentsOf: union[code])
      ends.append(Int64(bytes.count))
    }
    return (TextTable(ends: ends, bytes: bytes), places)
  }
}

/// A seed that differs from process to process, so that nobody can choose ids that collide.
let processSeed: UInt64 = {
  var hasher = Hasher()
  hasher.combine(0)
  return UInt64(bitPattern: Int64(hasher.finalize()))
}()
