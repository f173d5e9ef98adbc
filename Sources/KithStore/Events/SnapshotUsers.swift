// The users of several runs numbered together. The run with the most rows is the base, and its users
// have the numbers of the base, so that what is kept for it holds without being moved; users whom
// only other runs have come after them. Both halves are in byte order of ids.
//
// A user whom only the base has is *plain*: all that is asked of one is answered from the base alone.
// The others are few, since small runs are folded in.
//
// Ids that are one person are joined under the first of them that has events: its number has all their
// rows, the numbers of the others have none, so that to every question they are nobody.

/// The users of a snapshot.
package struct SnapshotUsers: Sendable {
  /// A user's place in one run.
  package struct Holder: Sendable {
    package var run: Int
    package var user: Int
  }

  package let count: Int
  /// The place of the base among the runs; nil where there is no run.
  package let base: Int?
  package let baseCount: Int
  private let tables: [TextTable]
  /// Users who are not plain, ascending: those of the base whom other runs have too or who are joined,
  /// then the others.
  package let mixed: [UInt32]
  /// Who holds each of them, in order of arrival: `holderList[holderEnds[i]..<holderEnds[i + 1]]`.
  package let holderEnds: [Int]
  package let holderList: [Holder]
  /// For each run but the base, the number of each of its users.
  package let numbers: [[UInt32]]
  /// One bit for each user of the base: whether it is mixed. Empty where none is.
  package let mixedBits: [UInt64]
  /// Where the id of each user beyond the base stands.
  private let ownPlaces: [Holder]
  /// The persons of several ids, by number.
  package private(set) var persons: [Int: [String]] = [:]
  private var numberOfID: [[UInt8]: Int] = [:]

  init(_ tables: [TextTable], rows: [Int]) {
    self.tables = tables
    let base = rows.indices.max { (rows[$0], $1) < (rows[$1], $0) }
    self.base = base
    let baseCount = base.map { tables[$0].count } ?? 0
    self.baseCount = baseCount
    guard let base, tables.count > 1 else {
      count = baseCount
      (mixed, holderEnds, holderList, mixedBits, ownPlaces) = ([], [0], [], [], [])
      numbers = tables.map { _ in [] }
      return
    }
    let others = tables.indices.filter { $0 != base }
    var numbers = tables.map { [UInt32](repeating: 0, count: $0.count) }
    numbers[base] = []
    var holders: [[Holder]] = []
    var mixed: [UInt32] = []
    var extras: [[Holder]] = []
    var next = baseCount
    var place = 0
    var bits = [UInt64](repeating: 0, count: (baseCount + 63) / 64)
    mergeSorted(others.map { tables[$0] }) { id, found in
      place = tables[base].lowerBound(id, from: place)
      let isInBase = place < baseCount && compare(tables[base][place], id) == 0
      let number = UInt32(isInBase ? place : next)
      var all = found.map { Holder(run: others[$0.table], user: $0.index) }
      for holder in all { numbers[holder.run][holder.user] = number }
      if isInBase {
        all.append(Holder(run: base, user: place))
        all.sort { $0.run < $1.run }
        bits[place >> 6] |= 1 << UInt64(place & 63)
        mixed.append(number)
        holders.append(all)
      } else {
        next += 1
        extras.append(all)
      }
    }
    count = next
    self.numbers = numbers
    mixedBits = bits
    self.mixed = mixed + (baseCount..<next).map(UInt32.init)
    let lists = holders + extras
    var ends = [0]
    for list in lists { ends.append((ends.last ?? 0) + list.count) }
    holderEnds = ends
    holderList = lists.flatMap { $0 }
    ownPlaces = extras.compactMap(\.first)
  }

  /// The same users with some of them joined; groups of ids are apart, each in byte order.
  init(_ users: SnapshotUsers, joining groups: [[String]]) {
    (tables, base, baseCount, count) = (users.tables, users.base, users.baseCount, users.count)
    ownPlaces = users.ownPlaces
    var holders: [Int: [Holder]] = [:]
    for (place, number) in users.mixed.enumerated() {
      holders[Int(number)] = Array(
        users.holderList[users.holderEnds[place]..<users.holderEnds[place + 1]])
    }
    var numbers = users.numbers
    for group in groups {
      let known = group.compactMap { users.find($0) }
      guard let person = known.first else { continue }
      persons[person] = group
      for id in group { numberOfID[Array(id.utf8)] = person }
      var all = known.flatMap { users.holders(of: $0) }
      // Of equal times the earlier import's is first, within it the earlier id's.
      all = all.enumerated().sorted { ($0.element.run, $0.offset) < ($1.element.run, $1.offset) }
        .map(\.element)
      for holder in all where holder.run != base {
        numbers[holder.run][holder.user] = UInt32(person)
      }
      for other in known { holders[other] = [] }
      holders[person] = all
    }
    self.numbers = numbers
    let mixed = holders.keys.sorted()
    self.mixed = mixed.map(UInt32.init)
    var bits = [UInt64](repeating: 0, count: (baseCount + 63) / 64)
    var ends = [0]
    var list: [Holder] = []
    for number in mixed {
      if number < baseCount { bits[number >> 6] |= 1 << UInt64(number & 63) }
      list += holders[number] ?? []
      ends.append(list.count)
    }
    (mixedBits, holderEnds, holderList) = (bits, ends, list)
  }

  /// Whether the base alone has the user.
  @inline(__always)
  package func isPlain(_ user: Int) -> Bool {
    guard user < baseCount else { return false }
    return mixedBits.isEmpty || mixedBits[user >> 6] >> UInt64(user & 63) & 1 == 0
  }

  /// The place of a user among ``mixed``; nil for a plain one. Cost: O(log mixed).
  package func mixedPlace(of user: Int) -> Int? {
    if isPlain(user) { return nil }
    var low = 0
    var high = mixed.count
    while low < high {
      let middle = (low + high) / 2
      if Int(mixed[middle]) < user { low = middle + 1 } else { high = middle }
    }
    return low < mixed.count && Int(mixed[low]) == user ? low : nil
  }

  /// Who holds rows of a user, in order of arrival.
  package func holders(of user: Int) -> ArraySlice<Holder> {
    guard let place = mixedPlace(of: user) else {
      return base.map { [Holder(run: $0, user: user)] } ?? []
    }
    return holderList[holderEnds[place]..<holderEnds[place + 1]]
  }

  /// The number of a run's user. For a joined one of the base that is its own, which has no rows.
  @inline(__always)
  package func number(_ user: Int, inRun run: Int) -> Int {
    run == base ? user : Int(numbers[run][user])
  }

  package func id(of user: Int) -> UnsafeRawBufferPointer {
    if let base, user < baseCount { return tables[base][user] }
    let place = ownPlaces[user - baseCount]
    return tables[place.run][place.user]
  }

  /// Whether a user's id is before another's by bytes.
  package func precedes(_ left: Int, _ right: Int) -> Bool {
    (left < baseCount) == (right < baseCount)
      ? left < right : compare(id(of: left), id(of: right)) < 0
  }

  /// All numbers, or ascending ones of some users, in byte order of ids. Cost: O(users).
  package func inOrderOfIDs(_ users: [Int]) -> [Int] {
    guard let split = users.firstIndex(where: { $0 >= baseCount }), split > 0 else { return users }
    var ordered: [Int] = []
    ordered.reserveCapacity(users.count)
    var (left, right) = (0, split)
    while left < split, right < users.count {
      if precedes(users[left], users[right]) {
        ordered.append(users[left])
        left += 1
      } else {
        ordered.append(users[right])
        right += 1
      }
    }
    return ordered + users[left..<split] + users[right...]
  }

  /// Cost: O(log count).
  package func find(_ id: String) -> Int? {
    withBytes(id) { find($0) }
  }

  package func find(_ id: UnsafeRawBufferPointer) -> Int? {
    if !numberOfID.isEmpty, let person = numberOfID[Array(id)] { return person }
    if let base, let user = tables[base].find(id) { return user }
    var low = baseCount
    var high = count
    while low < high {
      let middle = (low + high) / 2
      let order = compare(self.id(of: middle), id)
      if order == 0 { return middle }
      if order < 0 { low = middle + 1 } else { high = middle }
    }
    return nil
  }
}

extension TextTable {
  /// The first place at or after `start` whose text is not below one; for a table that is sorted.
  /// Looks near first. Cost: O(log of the distance).
  func lowerBound(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
    var step = 1
    var low = start
    var high = start
    while high < count, compare(self[high], text) < 0 {
      low = high + 1
      high += step
      step *= 2
    }
    high = min(high, count)
    while low < high {
      let middle = (low + high) / 2
      if compare(self[middle], text) < 0 { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
