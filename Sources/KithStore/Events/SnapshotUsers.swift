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
  package let count: Int
  /// The place of the base among the runs; nil where there is no run.
  package let base: Int?
  package let baseCount: Int
  private let tables: [TextTable]
  /// Users who are not plain: those of the base whom other runs have too or who are joined, then the others.
  package let mixed: MixedLists
  /// Where the id of each user beyond the base stands.
  private let ownPlaces: [Holder]
  /// The persons of several ids, by number.
  package private(set) var persons: [Int: [String]] = [:]
  private var numberOfID: [[UInt8]: Int] = [:]

  /// A user's place in one run.
  package struct Holder: Sendable, BitwiseCopyable {
    private let runNumber: UInt32
    private let userNumber: UInt32

    init(run: Int, user: Int) {
      (runNumber, userNumber) = (UInt32(run), UInt32(user))
    }

    package var run: Int { Int(runNumber) }
    package var user: Int { Int(userNumber) }
  }

  init(_ tables: [TextTable], rows: [Int]) {
    self.init(tables, rows: rows) { BasePlaces(of: tables[$0], in: tables[$1]) }
  }

  /// - Parameter places: where the users of a run stand in the base. Cost: as those, and O(users of other
  ///   runs).
  init(_ tables: [TextTable], rows: [Int], places: (_ run: Int, _ base: Int) -> BasePlaces) {
    self.tables = tables
    base = Self.base(rows: rows)
    baseCount = base.map { tables[$0].count } ?? 0
    guard let base, tables.count > 1 else {
      (count, mixed, ownPlaces) = (baseCount, .none, [])
      return
    }
    let matches = tables.indices.map { $0 == base ? nil : places($0, base) }
    let others = OtherUsers(tables, matches)
    count = baseCount + others.places.count
    ownPlaces = others.places
    mixed = withExtendedLifetime(matches) { [baseCount] in
      MixedLists(matches, others, baseCount: baseCount)
    }
  }

  /// The same users with some of them joined; groups of ids are apart, each in byte order.
  init(_ users: SnapshotUsers, joining groups: [[String]]) {
    (tables, base, baseCount, count) = (users.tables, users.base, users.baseCount, users.count)
    ownPlaces = users.ownPlaces
    var holders: [Int: [Holder]] = [:]
    for group in groups {
      let known = group.compactMap { users.find($0) }
      guard let person = known.first else { continue }
      persons[person] = group
      for id in group { numberOfID[Array(id.utf8)] = person }
      for other in known { holders[other] = [] }
      // Of equal times the earlier run's is first, in it the earlier import's, within that the earlier id's.
      holders[person] = known.flatMap { users.holders(of: $0) }.enumerated()
        .sorted { ($0.element.run, $0.offset) < ($1.element.run, $1.offset) }
        .map(\.element)
    }
    mixed = withExtendedLifetime(users.mixed) { [baseCount] in
      MixedLists(users.mixed, replacing: holders, baseCount: baseCount)
    }
  }

  /// Which of some runs is the base: the one with the most rows, of equal ones the first.
  static func base(rows: [Int]) -> Int? {
    rows.indices.max { (rows[$0], $1) < (rows[$1], $0) }
  }

  /// Whether the base alone has the user.
  @inline(__always)
  package func isPlain(_ user: Int) -> Bool {
    guard user < baseCount else { return false }
    return !mixed.holds(user)
  }

  /// Who holds rows of a user, in order of arrival.
  package func holders(of user: Int) -> [Holder] {
    if isPlain(user) { return base.map { [Holder(run: $0, user: user)] } ?? [] }
    return mixed.place(of: user).map { Array(mixed.holders(of: $0)) } ?? []
  }

  package func id(of user: Int) -> UnsafeRawBufferPointer {
    if let base, user < baseCount { return tables[base][user] }
    let place = ownPlaces[user - baseCount]
    return tables[place.run][place.user]
  }

  /// As ``id(of:)``, copied: for a few users who lie far from each other.
  package func copiedID(of user: Int) -> String {
    if let base, user < baseCount { return tables[base].copiedText(user) }
    return String(decoding: id(of: user), as: UTF8.self)
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
  /// - Parameter copying: for one user alone: what is looked at on the way is copied.
  package func find(_ id: String, copying: Bool = false) -> Int? {
    withBytes(id) { find($0, copying: copying) }
  }

  package func find(_ id: UnsafeRawBufferPointer, copying: Bool = false) -> Int? {
    if !numberOfID.isEmpty, let person = numberOfID[Array(id)] { return person }
    if let base, let user = tables[base].find(id, copying: copying) { return user }
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
