package import Synchronization

/// Where the rows of each user of a run begin, as the run says it beside its columns: held against its
/// checksums when it is first asked for, a part at a time while few are, and found from the codes of the
/// users where it is not sound.
package final class RunStarts: @unchecked Sendable {  // `kept` is one thread's
  /// All numbers, once all of them were found to be sound.
  package let sound: Atomic<UnsafePointer<UInt32>?>
  package let rows: Int
  private let said: Starts
  private let isSound: @Sendable (_ users: Range<Int>?) -> Bool
  private let found: @Sendable () -> Starts?
  private let asked = Atomic(0)
  /// Those that one thread remembers a user of.
  private let origin: RunStarts?
  private var kept = (user: -1, rows: 0..<0)
  private let making = Mutex<Starts?>(nil)

  /// Users who are looked at one by one before all of them are.
  private static let fewUsers = 512

  /// Of no user.
  package static let none: RunStarts = {
    let starts = WorkArray<UInt32>(1)
    return RunStarts(
      Starts(numbers: UnsafeBufferPointer(starts.numbers), owner: starts), rows: 0)
  }()

  /// Starts that are sound as they are.
  init(_ starts: Starts, rows: Int) {
    said = starts
    self.rows = rows
    isSound = { _ in true }
    found = { nil }
    origin = nil
    sound = Atomic(starts.numbers.baseAddress)
  }

  /// As others, for one thread that asks about one user after the other, each several times.
  package init(remembering origin: RunStarts) {
    self.origin = origin
    (said, rows) = (origin.said, origin.rows)
    (isSound, found) = (origin.isSound, origin.found)
    sound = Atomic(origin.sound.load(ordering: .acquiring))
  }

  /// - Parameters:
  ///   - isSound: whether the part of `said` that says where the rows of some users begin is sound, or
  ///     where nil, all of it.
  ///   - found: the same from the codes; nil where these are damaged too.
  private init(
    _ said: Starts, rows: Int, isSound: @escaping @Sendable (Range<Int>?) -> Bool,
    orElse found: @escaping @Sendable () -> Starts?
  ) {
    self.said = said
    self.rows = rows
    self.isSound = isSound
    self.found = found
    origin = nil
    sound = Atomic(nil)
  }

  /// The rows of a user, within those of the run.
  package func rows(of user: Int) -> Range<Int> {
    guard let numbers = sound.load(ordering: .acquiring) else { return soundRows(of: user) }
    return rowsBetween(numbers, user, most: rows)
  }

  /// The same, where not all numbers are known to be sound yet.
  @inline(never)
  package func soundRows(of user: Int) -> Range<Int> {
    if let origin {
      if kept.user != user { kept = (user, origin.rows(of: user)) }
      return kept.rows
    }
    if asked.wrappingAdd(1, ordering: .relaxed).oldValue < RunStarts.fewUsers,
      let numbers = said.numbers.baseAddress, isSound(user..<(user + 1))
    {
      return rowsBetween(numbers, user, most: rows)
    }
    return all.numbers.baseAddress.map { rowsBetween($0, user, most: rows) } ?? 0..<0
  }

  /// All of them. Cost: the first time a pass over them.
  package var all: Starts {
    if let origin { return origin.all }
    return making.withLock { made in
      if let made { return made }
      let starts = isSound(nil) ? said : found() ?? nobody
      made = starts
      sound.store(starts.numbers.baseAddress, ordering: .releasing)
      return starts
    }
  }

  /// Of a run whose users cannot be told apart nobody has a row.
  private var nobody: Starts {
    let none = WorkArray<UInt32>(said.numbers.count)
    none.numbers.initialize(repeating: 0)
    return Starts(numbers: UnsafeBufferPointer(none.numbers), owner: none)
  }
}

/// A user's rows by the first rows of all, and within those there are: what numbers say is not trusted.
@inlinable @inline(__always)
package func rowsBetween(_ numbers: UnsafePointer<UInt32>, _ user: Int, most: Int) -> Range<Int> {
  let start = min(Int(numbers[user]), most)
  return start..<min(max(start, Int(numbers[user &+ 1])), most)
}

extension RunStarts {
  /// The appendix of a run in which they stand, and their section in it.
  private static let name = "starts"
  private static let section: UInt32 = 1

  /// Those of a file with columns; found from the codes of the users where it does not say them.
  /// - Throws: where the codes have to be read and are not in order.
  convenience init(of file: ArrowFile, _ codes: CodeView, users: Int) throws(DamagedFile) {
    let (name, rows) = (file.name, file.rows)
    guard let appendix = file.appendix(Self.name),
      let sections = Sections(appendix.bytes, of: appendix.owner, from: UInt64(rows)),
      let numbers = sections.numbers(Self.section, users + 1, of: UInt32.self)
    else {
      self.init(try Starts(of: codes, rows: rows, users: users, file: name), rows: rows)
      return
    }
    let size = MemoryLayout<UInt32>.size
    let said = Starts(numbers: numbers, owner: sections)
    self.init(
      said, rows: rows,
      isSound: { users in
        sections.areSound(
          Self.section,
          bytes: users.map { ($0.lowerBound * size)..<(($0.upperBound + 1) * size) })
          && (users != nil || said.ascend(to: rows))
      }, orElse: { try? Starts(of: codes, rows: rows, users: users, file: name) })
  }

  /// Holds them against the codes of the users.
  func check(against codes: CodeView, users: Int, in file: String) throws(DamagedFile) {
    let found = try Starts(of: codes, rows: rows, users: users, file: file)
    guard all.numbers.elementsEqual(found.numbers) else { throw DamagedFile(file, .starts) }
  }

  /// As a file with columns is to say them.
  /// - Parameter starts: the first row of each user, then the number of rows; asked for once the columns
  ///   are written.
  static func appendix<Failure>(
    rows: Int, _ starts: @escaping () -> [UInt32]
  ) -> ArrowWriter<Failure>.Appendix {
    .init(name: name) { (sink) throws(Failure) in
      let starts = starts()
      let outcome = starts.withUnsafeBytes { bytes in
        Result { () throws(Failure) in
          try Sections.put([(section, bytes)], from: UInt64(rows), to: sink)
        }
      }
      try outcome.get()
    }
  }
}
