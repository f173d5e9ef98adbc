import KithStore
import KithSystem

/// What is done with each row that matches. Users come in order.
protocol Tally {
  /// Whether rows without a value add nothing.
  var isOfValues: Bool { get }
  /// Whether a user's rows have to come in order of time.
  var isOrdered: Bool { get }
  /// Adds a row; false where no further row of the user matters.
  mutating func add(_ place: Int, _ row: Int, _ columns: RunView, _ run: Int) -> Bool
}

extension Tally {
  var isOfValues: Bool { false }
  var isOrdered: Bool { false }
}

extension Worker {
  /// Adds every row that matches, of the users in a mask.
  @inline(__always)
  func scan<Kind: Tally>(_ rows: RowChoice, _ mask: Mask, _ tally: inout Kind) {
    let base = columns.users.base ?? 0
    guard let run = baseView else { return }
    if let postings = rows.postings {
      scan(postings, rows, mask, run, base, &tally)
    } else {
      let first = users.lowerBound
      let isOfValues = tally.isOfValues
      plain(mask).forEach { place in
        let user = first &+ place
        if rows.isOver(user) { return }
        if rows.looksBack { prefetchLastTimes(after: user, run) }
        let all = rows.bounded(run, run.rows(of: user))
        if isOfValues {
          // A user has several lines of them: half as far is far enough.
          let next = user &+ Worker.usersAhead / 2
          if next < users.upperBound, next < columns.users.baseCount {
            run.prefetchValues(of: next)
          }
          rows.visitValued(all, run, base) { tally.add(place, $0, run, base) }
        } else {
          rows.visit(all, run, base) { tally.add(place, $0, run, base) }
        }
      }
    }
    var near = 0
    for mixed in columns.mixedPlaces(in: users) {
      let place = offset(ofMixed: mixed)
      guard mask[place] else { continue }
      eachSlice(mixed, inOrder: tally.isOrdered) { run, slice in
        var goesOn = true
        func add(_ row: Int) -> Bool {
          goesOn = tally.add(place, row, run, slice.run)
          return goesOn
        }
        if slice.run != base {
          rows.visit(rows.bounded(run, slice.rows), run, slice.run, add)
        } else if rows.postings != nil {
          rows.visitPosted(slice.rows, run, base, near: &near) { row, _ in add(row) }
        } else if !rows.isOver(slice.user) {
          rows.visit(rows.bounded(run, slice.rows), run, base, add)
        }
        return goesOn
      }
    }
  }

  /// How many users ahead memory is asked for: a walk passes one in some ten nanoseconds, and memory takes a
  /// hundred.
  static let usersAhead = 16

  /// Asks for the last times of a user some places after one, if the block has one there; a hint.
  @inline(__always)
  func prefetchLastTimes(after user: Int, _ run: RunView) {
    let next = user &+ Worker.usersAhead
    if next < users.upperBound, next < columns.users.baseCount { run.prefetchLastTimes(of: next) }
  }

  /// Those of a mask whom the base alone has.
  func plain(_ mask: Mask) -> Mask {
    guard hasMixed else { return mask }
    var rest = mask
    for place in columns.mixedPlaces(in: users) {
      rest.remove(offset(ofMixed: place))
    }
    return rest
  }

  @inline(__always)
  private func scan<Kind: Tally>(
    _ postings: Postings, _ rows: RowChoice, _ mask: Mask, _ run: RunView, _ base: Int,
    _ tally: inout Kind
  ) {
    var place = postings.users.partitionPoint { Int($0) >= users.lowerBound }
    var done = -1
    while place < postings.users.count {
      let user = Int(postings.users[place])
      guard user < users.upperBound else { return }
      let offset = user &- users.lowerBound
      let row = Int(postings.rows[place])
      if user != done, rows.range.contains(postings.times[place]), mask[offset],
        columns.users.isPlain(user), row < run.rows, rows.passes(row, run, run: base),
        !tally.add(offset, row, run, base)
      {
        done = user
      }
      place &+= 1
    }
  }

  /// Visits the rows that match of the users in a mask, last ones first, until `tally` has enough.
  @inline(__always)
  func scanBackwards<Kind: Tally>(_ rows: RowChoice, _ mask: Mask, _ tally: inout Kind) {
    guard rows.postings == nil, let base = columns.users.base else {
      return scan(rows, mask, &tally)
    }
    let run = views[base]
    func visit(_ place: Int, _ run: RunView, _ user: Int, _ all: Range<Int>, _ index: Int) -> Bool {
      if index == base, rows.isOver(user) { return true }
      var goesOn = true
      rows.visit(rows.bounded(run, all).reversed(), run, index) {
        goesOn = tally.add(place, $0, run, index)
        return goesOn
      }
      return goesOn
    }
    let first = users.lowerBound
    plain(mask).forEach { place in
      let user = first &+ place
      prefetchLastTimes(after: user, run)
      _ = visit(place, run, user, run.rows(of: user), base)
    }
    for mixed in columns.mixedPlaces(in: users) {
      let place = offset(ofMixed: mixed)
      guard mask[place] else { continue }
      eachSlice(mixed, latestFirst: true) { visit(place, $0, $1.user, $1.rows, $1.run) }
    }
  }
}

/// Whether there is any.
struct AnyTally: Tally {
  var found = Mask()

  @inline(__always)
  mutating func add(_ place: Int, _ row: Int, _ columns: RunView, _ run: Int) -> Bool {
    found.insert(place)
    return false
  }
}

/// How many.
struct CountTally: Tally {
  let numbers: UnsafeMutablePointer<Int64>
  let enough: Int64

  @inline(__always)
  mutating func add(_ place: Int, _ row: Int, _ columns: RunView, _ run: Int) -> Bool {
    numbers[place] &+= 1
    return numbers[place] < enough
  }
}

/// On how many different days, or in how many weeks.
struct DayTally: Tally {
  let numbers: UnsafeMutablePointer<Int64>
  let enough: Int64
  var reader: DayReader
  /// nil: days are counted.
  let weekStart: WeekStart?
  var isOrdered: Bool { true }
  private var place = -1
  private var last = Int.min

  init(
    _ numbers: UnsafeMutablePointer<Int64>, _ enough: Int64, _ zone: Zone, weekStart: WeekStart?
  ) {
    self.numbers = numbers
    self.enough = enough
    reader = DayReader(zone)
    self.weekStart = weekStart
  }

  @inline(__always)
  mutating func add(_ place: Int, _ row: Int, _ columns: RunView, _ run: Int) -> Bool {
    let time = columns.times[row]
    if place == self.place, time >= reader.start, time < reader.end { return true }
    let day = Int(reader.day(of: time))
    let number = weekStart.map { weekNumber(day, $0) } ?? day
    if place != self.place || number != last {
      numbers[place] &+= 1
      self.place = place
      last = number
    }
    return numbers[place] < enough
  }
}

/// Weeks numbered one after the other: 1970-01-01 was a Thursday.
@inline(__always)
func weekNumber(_ day: Int, _ start: WeekStart) -> Int {
  (day &+ (start == .monday ? 3 : 4)) / 7
}

/// The sum, in millionths, and how many numbers there are.
struct SumTally: Tally {
  let sums: UnsafeMutablePointer<Int64>
  let counts: UnsafeMutablePointer<Int64>?
  let property: PropertyNumbers
  var overflown = Mask()
  var isOfValues: Bool { property.isValue }

  @inline(__always)
  mutating func add(_ place: Int, _ row: Int, _ columns: RunView, _ run: Int) -> Bool {
    let number = property.number(row, columns, run: run)
    if number == absentAmount { return true }
    let (sum, overflow) = sums[place].addingReportingOverflow(number)
    if overflow { overflown.insert(place) }
    sums[place] = sum
    if let counts { counts[place] &+= 1 }
    return true
  }
}

/// The smallest or the largest.
struct ExtremeTally: Tally {
  let numbers: UnsafeMutablePointer<Int64>
  let property: PropertyNumbers
  let largest: Bool
  var found = Mask()
  var isOfValues: Bool { property.isValue }

  @inline(__always)
  mutating func add(_ place: Int, _ row: Int, _ columns: RunView, _ run: Int) -> Bool {
    let number = property.number(row, columns, run: run)
    if number == absentAmount { return true }
    if !found[place] || (largest ? number > numbers[place] : number < numbers[place]) {
      numbers[place] = number
      found.insert(place)
    }
    return true
  }
}

/// The time of the first, where rows come in order; of the last, where they come backwards or all.
struct TimeTally: Tally {
  let numbers: UnsafeMutablePointer<Int64>
  /// Whether later rows count over earlier ones.
  let takesLater: Bool
  var found = Mask()
  var isOrdered: Bool { true }

  @inline(__always)
  mutating func add(_ place: Int, _ row: Int, _ columns: RunView, _ run: Int) -> Bool {
    numbers[place] = columns.times[row]
    found.insert(place)
    return takesLater
  }
}

/// How many different codes, where they are few enough for a bit each.
struct BitTally: Tally {
  let bits: UnsafeMutablePointer<Int64>
  let property: PropertyCodes
  let enough: Int64

  @inline(__always)
  mutating func add(_ place: Int, _ row: Int, _ columns: RunView, _ run: Int) -> Bool {
    let code = property.code(row, columns, run: run)
    if code == absentAmount { return true }
    let before = bits[place]
    let now = before | 1 &<< code
    if now == before { return true }
    bits[place] = now
    return now.nonzeroBitCount < enough
  }
}

/// How many different codes, where they are few enough for a mark each: the user who had it last.
struct MarkTally: Tally {
  let numbers: UnsafeMutablePointer<Int64>
  let property: PropertyCodes
  let marks: UnsafeMutableBufferPointer<UInt32>
  /// The mark of the first user of the block; each has one of their own.
  let firstMark: UInt32
  let enough: Int64

  @inline(__always)
  mutating func add(_ place: Int, _ row: Int, _ columns: RunView, _ run: Int) -> Bool {
    let code = property.code(row, columns, run: run)
    if code == absentAmount { return true }
    let mark = firstMark &+ UInt32(truncatingIfNeeded: place)
    if marks[Int(code)] != mark {
      marks[Int(code)] = mark
      numbers[place] &+= 1
    }
    return numbers[place] < enough
  }
}

/// Every code, with its user.
struct CodeTally: Tally {
  let property: PropertyCodes
  var codes: [(place: Int, code: Int64)] = []

  @inline(__always)
  mutating func add(_ place: Int, _ row: Int, _ columns: RunView, _ run: Int) -> Bool {
    let code = property.code(row, columns, run: run)
    if code != absentAmount { codes.append((place, code)) }
    return true
  }
}
