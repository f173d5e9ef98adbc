extension UserTable {
  /// Calls for the id of each user of a set, in byte order.
  func forEachSorted(_ users: SparseBits, _ body: (UnsafeRawBufferPointer) -> Void) {
    forEachSortedNumber(users) { number in withID(number, body) }
  }

  /// As ``forEachSorted(_:_:)``, by number: those of the checkpoint ascend already.
  func forEachSortedNumber(_ users: SparseBits, _ body: (UInt32) -> Void) {
    let border = UInt32(base.count)
    var added: [UInt32] = []
    if extra.count > 0 { users.forEach { if $0 >= border { added.append($0) } } }
    added.sort { left, right in withID(left) { one in withID(right) { compare(one, $0) < 0 } } }
    var next = added[...]
    users.forEach { number in
      guard number < border else { return }
      while let other = next.first,
        withID(other, { one in compare(one, base[Int(number)]) < 0 })
      {
        body(other)
        next.removeFirst()
      }
      body(number)
    }
    for other in next { body(other) }
  }
}
