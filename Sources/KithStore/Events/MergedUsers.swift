/// The users of several runs numbered together in byte order of their ids.
struct MergedUsers: Sendable {
  /// A user's place in one run.
  struct Holder: Sendable {
    var run: Int
    var user: Int
  }

  let count: Int
  private let tables: [TextTable]
  /// With several runs: user `u` is held by `holderList[starts[u]..<starts[u + 1]]`, in run order.
  private let starts: [Int]
  private let holderList: [Holder]

  init(_ tables: [TextTable]) {
    self.tables = tables
    var starts: [Int] = []
    var list: [Holder] = []
    if tables.count > 1 {
      mergeSorted(tables) { _, holders in
        starts.append(list.count)
        for holder in holders { list.append(Holder(run: holder.table, user: holder.index)) }
      }
      starts.append(list.count)
    }
    count = tables.count > 1 ? starts.count - 1 : tables.first?.count ?? 0
    self.starts = starts
    holderList = list
  }

  func holders(of user: Int) -> ArraySlice<Holder> {
    guard tables.count > 1 else { return [Holder(run: 0, user: user)] }
    return holderList[starts[user]..<starts[user + 1]]
  }

  func id(of user: Int) -> UnsafeRawBufferPointer {
    guard tables.count > 1 else { return tables[0][user] }
    let holder = holderList[starts[user]]
    return tables[holder.run][holder.user]
  }

  /// Cost: O(log count).
  func find(_ id: String) -> Int? {
    var id = id
    return id.withUTF8 { bytes in
      let wanted = UnsafeRawBufferPointer(bytes)
      var low = 0
      var high = count
      while low < high {
        let middle = (low + high) / 2
        let order = compare(self.id(of: middle), wanted)
        if order == 0 { return middle }
        if order < 0 { low = middle + 1 } else { high = middle }
      }
      return nil
    }
  }
}
