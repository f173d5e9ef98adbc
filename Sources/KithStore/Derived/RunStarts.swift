package import Synchronization

/// Where the rows of each user of a run begin, as the cache has it: held against its checksums when it is
/// first asked for, a part at a time while few are, and found from the codes of the users where it is
/// not sound.
package final class RunStarts: @unchecked Sendable {  // memory that is never written
  /// All numbers, once all of them were found to be sound.
  @usableFromInline let sound: Atomic<UnsafePointer<UInt32>?>
  @usableFromInline let rows: Int
  private let cached: Starts
  private let isSound: @Sendable (_ users: Range<Int>?) -> Bool
  private let found: @Sendable () -> Starts?
  private let asked = Atomic(0)
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
    cached = starts
    self.rows = rows
    isSound = { _ in true }
    found = { nil }
    sound = Atomic(starts.numbers.baseAddress)
  }

  /// - Parameters:
  ///   - isSound: whether the part of `cached` that says where the rows of some users begin is sound, or
  ///     where nil, all of it.
  ///   - found: the same from the codes; nil where these are damaged too.
  init(
    cached: Starts, rows: Int, isSound: @escaping @Sendable (Range<Int>?) -> Bool,
    orElse found: @escaping @Sendable () -> Starts?
  ) {
    self.cached = cached
    self.rows = rows
    self.isSound = isSound
    self.found = found
    sound = Atomic(nil)
  }

  /// The rows of a user, within those of the run: a cache is not trusted.
  @inlinable @inline(__always)
  package func rows(of user: Int) -> Range<Int> {
    guard let numbers = sound.load(ordering: .acquiring) else { return soundRows(of: user) }
    return range(numbers, user)
  }

  @inlinable @inline(__always)
  func range(_ numbers: UnsafePointer<UInt32>, _ user: Int) -> Range<Int> {
    let start = min(Int(numbers[user]), rows)
    return start..<min(max(start, Int(numbers[user &+ 1])), rows)
  }

  @usableFromInline @inline(never)
  func soundRows(of user: Int) -> Range<Int> {
    if asked.wrappingAdd(1, ordering: .relaxed).oldValue < RunStarts.fewUsers,
      let numbers = cached.numbers.baseAddress, isSound(user..<(user + 1))
    {
      return range(numbers, user)
    }
    return all.numbers.baseAddress.map { range($0, user) } ?? 0..<0
  }

  /// All of them. Cost: the first time a pass over them.
  package var all: Starts {
    making.withLock { made in
      if let made { return made }
      let starts = isSound(nil) ? cached : found() ?? nobody
      made = starts
      sound.store(starts.numbers.baseAddress, ordering: .releasing)
      return starts
    }
  }

  /// Of a run whose users cannot be told apart nobody has a row.
  private var nobody: Starts {
    let none = WorkArray<UInt32>(cached.numbers.count)
    none.numbers.initialize(repeating: 0)
    return Starts(numbers: UnsafeBufferPointer(none.numbers), owner: none)
  }
}
