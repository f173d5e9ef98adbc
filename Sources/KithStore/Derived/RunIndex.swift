import KithSystem

/// What one run holds of each of its users, whatever the zone: the first and the last time, the sum of
/// values, the first source; and postings of events that are rare, those of the last three months once
/// more by themselves, since most questions are about them.
///
/// The arrays are views into a cache or into memory. Each is held against its checksums before it is
/// handed out; one that is not sound is nil, and what it would have said is read from the columns.
package final class RunIndex: Sendable {
  /// Names of the sections.
  enum Section {
    static let firsts: UInt32 = 2
    static let lasts: UInt32 = 3
    static let sums: UInt32 = 4
    static let sources: UInt32 = 5
    static let posted: UInt32 = 6
    static let lateFrom: UInt32 = 7
    static let valueUsers: UInt32 = 10
    static let valueRows: UInt32 = 11
    static let valueMicros: UInt32 = 12
    static func head(_ key: HeadKey, isDescending: Bool) -> UInt32 {
      20 + key.rawValue * 2 + (isDescending ? 1 : 0)
    }
    /// Of the event with a code: users, rows, times; of all its rows or of the late ones.
    static func posting(_ code: Int, _ part: UInt32, isLate: Bool) -> UInt32 {
      100 + UInt32(code) * 8 + (isLate ? 4 : 0) + part
    }
  }

  /// Events with at most this share of the rows, 1 in so many, have postings: more would make the
  /// cache as large as the columns, and reading them no quicker.
  static let postingShare = 32
  /// How long before the run's last event late postings begin.
  static let lateDays: Int64 = 92

  private let sections: Sections
  private let users: Int
  /// For each event's code whether it has postings.
  private let posted: [UInt8]
  /// When late postings begin; nil where there are none.
  private let lateFrom: Int64?

  /// nil where sections are missing or of another size.
  init?(_ sections: Sections, users: Int) {
    guard sections.areSound(Section.posted),
      sections.numbers(Section.firsts, users, of: Int64.self) != nil,
      let posted = sections.numbers(Section.posted, of: UInt8.self)
    else { return nil }
    self.sections = sections
    self.users = users
    self.posted = Array(posted)
    lateFrom =
      sections.areSound(Section.lateFrom)
      ? sections.numbers(Section.lateFrom, 1, of: Int64.self)?[0] : nil
  }

  /// The time of the first event of each of some users, in milliseconds.
  package func firsts(of users: Range<Int>) -> UnsafeBufferPointer<Int64>? {
    sound(Section.firsts, users)
  }
  /// The time of each user's last event.
  package var lasts: UnsafeBufferPointer<Int64>? { sound(Section.lasts, 0..<users) }
  package func lasts(of users: Range<Int>) -> UnsafeBufferPointer<Int64>? {
    sound(Section.lasts, users)
  }
  /// Whether the sums of values are kept: not where one of them needs more than 64 bits.
  package var hasSums: Bool { sections.numbers(Section.sums, users, of: Int64.self) != nil }
  /// The sum of the values of each of some users, in millionths.
  package func sums(of users: Range<Int>) -> UnsafeBufferPointer<Int64>? {
    sound(Section.sums, users)
  }
  /// The run's code of each user's first source that is not empty, or ``absentCode``.
  package var sources: UnsafeBufferPointer<UInt32>? { sound(Section.sources, users) }

  /// A number for each user by number, of whom those asked for are sound.
  private func sound(_ name: UInt32, _ asked: Range<Int>) -> UnsafeBufferPointer<Int64>? {
    let size = MemoryLayout<Int64>.size
    guard sections.areSound(name, bytes: (asked.lowerBound * size)..<(asked.upperBound * size))
    else { return nil }
    return sections.numbers(name, users)
  }

  /// A section of so many numbers; of any count where nil.
  func sound(_ name: UInt32, _ count: Int? = nil) -> UnsafeBufferPointer<UInt32>? {
    sections.areSound(name) ? sections.numbers(name, count) : nil
  }

  /// Every event of one name at or after a time, and maybe earlier ones, in order of user, then row; nil
  /// where the event is not rare.
  package func postings(_ code: Int, from earliest: Int64 = .min) -> Postings? {
    guard code < posted.count, posted[code] != 0 else { return nil }
    if let lateFrom, earliest >= lateFrom, let late = postings(code, isLate: true) { return late }
    return postings(code, isLate: false)
  }

  private func postings(_ code: Int, isLate: Bool) -> Postings? {
    let names = (0..<3).map { Section.posting(code, $0, isLate: isLate) }
    guard names.allSatisfy({ sections.areSound($0) }),
      let users: UnsafeBufferPointer<UInt32> = sections.numbers(names[0]),
      let rows: UnsafeBufferPointer<UInt32> = sections.numbers(names[1], users.count),
      let times: UnsafeBufferPointer<Int64> = sections.numbers(names[2], users.count)
    else { return nil }
    return Postings(users: users, rows: rows, times: times)
  }

  /// Every row that has a value, in order of user, then row; nil where values are not rare.
  package var values: ValuePostings? {
    guard sections.areSound(Section.valueUsers), sections.areSound(Section.valueRows),
      sections.areSound(Section.valueMicros),
      let users: UnsafeBufferPointer<UInt32> = sections.numbers(Section.valueUsers),
      let rows: UnsafeBufferPointer<UInt32> = sections.numbers(Section.valueRows, users.count),
      let micros: UnsafeBufferPointer<Int64> = sections.numbers(Section.valueMicros, users.count)
    else { return nil }
    return ValuePostings(users: users, rows: rows, micros: micros)
  }
}

/// Events of one name: parallel arrays, good as long as the index.
package struct Postings {
  /// Numbers of users in the run.
  package let users: UnsafeBufferPointer<UInt32>
  package let rows: UnsafeBufferPointer<UInt32>
  /// Milliseconds.
  package let times: UnsafeBufferPointer<Int64>
}

/// Rows that have a value: parallel arrays, good as long as the index.
package struct ValuePostings {
  package let users: UnsafeBufferPointer<UInt32>
  package let rows: UnsafeBufferPointer<UInt32>
  package let micros: UnsafeBufferPointer<Int64>
}
