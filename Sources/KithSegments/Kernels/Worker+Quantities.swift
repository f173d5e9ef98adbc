import KithStore
import KithSystem

extension Worker {
  /// Works out a quantity for the users in a mask.
  /// - Parameter enough: a count that reaches it need not go on: all above it mean the same to the asker.
  /// - Returns: those of whom it is present. Whose number did not fit is in ``overflown``.
  func fill(
    _ numbers: UnsafeMutablePointer<Int64>, _ quantity: Quantity, _ mask: Mask,
    enough: Int64 = .max
  ) -> Mask {
    switch quantity.kind {
    case .absent: return Mask()
    case .zero:
      mask.forEach { numbers[$0] = 0 }
      return mask
    case .count(let rows):
      mask.forEach { numbers[$0] = 0 }
      if !countWhole(rows, mask, numbers) {
        var tally = CountTally(numbers: numbers, enough: enough)
        scan(rows, mask, &tally)
      }
      return mask
    case .days(let rows): return fillDays(numbers, rows, mask, enough, weekStart: nil)
    case .weeks(let rows):
      return fillDays(numbers, rows, mask, enough, weekStart: scope.world.weekStart)
    case .sum(let rows, let property):
      mask.forEach { numbers[$0] = 0 }
      var tally = SumTally(sums: numbers, counts: nil, property: property)
      scan(rows, mask, &tally)
      overflown.formUnion(tally.overflown)
      return mask
    case .extreme(let rows, let property, let largest):
      var tally = ExtremeTally(numbers: numbers, property: property, largest: largest)
      scan(rows, mask, &tally)
      return tally.found
    case .distinct(let rows, let property):
      return fillDistinct(numbers, rows, property, mask, enough)
    case .firstTime(let rows):
      var tally = TimeTally(numbers: numbers, takesLater: false)
      scan(rows, mask, &tally)
      return tally.found
    case .lastTime(let rows):
      var tally = TimeTally(numbers: numbers, takesLater: rows.postings != nil)
      scanBackwards(rows, mask, &tally)
      return tally.found
    case .shared(let inner, let number): return fillShared(numbers, inner, number, mask)
    case .elapsed(let time):
      let present = fill(numbers, time, mask)
      present.forEach { numbers[$0] = times.instant &- numbers[$0] }
      return present
    case .daysSince(let time):
      let present = fill(numbers, time, mask)
      var reader = DayReader(times.zone)
      present.forEach { numbers[$0] = Int64(times.day &- Int(reader.day(ofAny: numbers[$0]))) }
      return present
    default: return fillListed(numbers, quantity, mask)
    }
  }

  /// Works out a shared quantity for those of the block for whom it was not yet.
  private func fillShared(
    _ numbers: UnsafeMutablePointer<Int64>, _ quantity: Quantity, _ number: Int, _ mask: Mask
  ) -> Mask {
    let memory = shared(number)
    var missing = mask
    missing.subtract(memory.known)
    if !missing.isEmpty {
      let outer = overflown
      overflown = Mask()
      memory.present.formUnion(fill(memory.numbers, quantity, missing))
      memory.overflown.formUnion(overflown)
      memory.known.formUnion(missing)
      overflown = outer
    }
    overflown.formUnion(memory.overflown)
    var present = memory.present
    present.formIntersection(mask)
    present.forEach { numbers[$0] = memory.numbers[$0] }
    return present
  }

  /// Counts where that can be done user by user without a look at each match.
  /// - Returns: whether it could.
  private func countWhole(
    _ rows: RowChoice, _ mask: Mask, _ numbers: UnsafeMutablePointer<Int64>
  ) -> Bool {
    guard rows.postings == nil, let base = columns.users.base else { return false }
    let run = views[base]
    let first = users.lowerBound
    guard rows.count(0..<0, run, base) != nil else { return false }
    let plain = plain(mask)
    var rest = mask
    rest.subtract(plain)
    if !rest.isEmpty {
      var tally = CountTally(numbers: numbers, enough: .max)
      scan(rows, rest, &tally)
    }
    plain.forEach { place in
      let user = first &+ place
      if rows.isOver(user) { return }
      if rows.looksBack { prefetchLastTimes(after: user, run) }
      numbers[place] = Int64(rows.count(rows.bounded(run, run.rows(of: user)), run, base) ?? 0)
    }
    return true
  }

  private func fillDays(
    _ numbers: UnsafeMutablePointer<Int64>, _ rows: RowChoice, _ mask: Mask, _ enough: Int64,
    weekStart: WeekStart?
  ) -> Mask {
    mask.forEach { numbers[$0] = 0 }
    var rest = mask
    if weekStart == nil, let base = columns.users.base, rows.takesAll(ofRun: base) {
      let plain = plain(mask)
      rest.subtract(plain)
      let run = views[base]
      var reader = DayReader(times.zone)
      plain.forEach { place in
        let user = users.lowerBound &+ place
        if rows.isOver(user) { return }
        if rows.looksBack { prefetchLastTimes(after: user, run) }
        numbers[place] = Int64(reader.count(run.times, rows.bounded(run, run.rows(of: user))))
      }
    }
    guard !rest.isEmpty else { return mask }
    var tally = DayTally(numbers, enough, times.zone, weekStart: weekStart)
    scan(rows, rest, &tally)
    return mask
  }

  private func fillDistinct(
    _ numbers: UnsafeMutablePointer<Int64>, _ rows: RowChoice, _ property: PropertyCodes,
    _ mask: Mask, _ enough: Int64
  ) -> Mask {
    mask.forEach { numbers[$0] = 0 }
    if let count = property.count, count <= Int64.bitWidth {
      var tally = BitTally(bits: numbers, property: property, enough: enough)
      scan(rows, mask, &tally)
      mask.forEach { numbers[$0] = Int64(numbers[$0].nonzeroBitCount) }
      return mask
    }
    if let count = property.count, count <= Worker.mostMarks {
      let (marks, firstMark) = marks(count)
      var tally = MarkTally(
        numbers: numbers, property: property, marks: marks, firstMark: firstMark, enough: enough)
      scan(rows, mask, &tally)
      return mask
    }
    var tally = CodeTally(property: property)
    scan(rows, mask, &tally)
    tally.codes.sort { ($0.place, $0.code) < ($1.place, $1.code) }
    var last: (place: Int, code: Int64)?
    for entry in tally.codes where last.map({ $0 != entry }) ?? true {
      numbers[entry.place] &+= 1
      last = entry
    }
    return mask
  }

  /// Quantities from the lists of days, and facts of the index.
  private func fillListed(
    _ numbers: UnsafeMutablePointer<Int64>, _ quantity: Quantity, _ mask: Mask
  ) -> Mask {
    switch quantity.kind {
    case .listedDays(let own, let range):
      eachDays(mask, own: own, from: range.lowerBound) {
        numbers[$0] = Int64($1.count(in: range).count)
      }
      return mask
    case .listedWeeks(let own, let range):
      let weekStart = scope.world.weekStart
      eachDays(mask, own: own, from: range.lowerBound) { place, days in
        var weeks: Int64 = 0
        var last = -1
        for index in days.count(in: range) {
          let week = weekNumber(Int(days[index]), weekStart)
          if week != last { weeks &+= 1 }
          last = week
        }
        numbers[place] = weeks
      }
      return mask
    case .daysSinceFirst(let own): return fillDay(numbers, own, from: 0, mask) { $0.first }
    case .daysSinceLast(let own): return fillDay(numbers, own, from: .max, mask) { $0.last }
    case .rhythm: return fillRhythm(numbers, mask)
    case .firstFact:
      fillFirsts(numbers)
      if times.seesAll { return mask }
      var present = Mask()
      mask.forEach { present.insert($0, if: numbers[$0] <= times.instant) }
      return present
    case .lastFact:
      fillLasts(numbers)
      return mask
    case .countFact:
      fillCounts(numbers, mask)
      return mask
    case .sumFact:
      fillSums(numbers, mask)
      return mask
    default: return Mask()
    }
  }

  @inline(__always)
  private func fillDay(
    _ numbers: UnsafeMutablePointer<Int64>, _ own: Bool, from start: Int, _ mask: Mask,
    _ day: (UnsafeBufferPointer<UInt16>) -> UInt16?
  ) -> Mask {
    var present = mask
    let today = times.day
    eachDays(mask, own: own, from: start) { place, days in
      if let day = day(days) {
        numbers[place] = Int64(today &- Int(day))
      } else {
        present.remove(place)
      }
    }
    return present
  }

  /// The median gap between days of the user's own doing; of two middle gaps the mean, cut.
  private func fillRhythm(_ numbers: UnsafeMutablePointer<Int64>, _ mask: Mask) -> Mask {
    var present = Mask()
    var memory = UnsafeMutableBufferPointer<UInt16>.allocate(capacity: 1 << 10)
    defer { memory.deallocate() }
    eachDays(mask, own: true) { place, days in
      guard days.count >= 3 else { return }
      if memory.count < days.count {
        memory.deallocate()
        memory = .allocate(capacity: days.count * 2)
      }
      var gaps = UnsafeMutableBufferPointer(rebasing: memory[..<(days.count &- 1)])
      for index in gaps.indices { gaps[index] = days[index &+ 1] &- days[index] }
      numbers[place] = gaps.median()
      present.insert(place)
    }
    return present
  }

  /// Whether the moment shows all events of one of the base's users, as far as is known without a look at
  /// them.
  @inline(__always)
  private func showsAll(of user: Int) -> Bool {
    times.seesAll || baseLasts.map { $0[user] <= times.instant } ?? false
  }

  /// Those of a user's rows that the moment shows.
  private func shown(_ rows: Range<Int>, _ run: RunView) -> Range<Int> {
    if times.seesAll { return rows }
    return rows.lowerBound..<run.lastNearRow(in: rows) { $0 > times.instant }
  }

  private func fillCounts(_ numbers: UnsafeMutablePointer<Int64>, _ mask: Mask) {
    if let base = baseView {
      let first = users.lowerBound
      plain(mask).forEach { place in
        let rows = base.rows(of: first &+ place)
        numbers[place] = Int64((showsAll(of: first &+ place) ? rows : shown(rows, base)).count)
      }
    }
    for place in columns.mixedPlaces(in: users) where mask[offset(ofMixed: place)] {
      let rows = columns.mixed.slices(place).reduce(0) {
        $0 + shown($1.rows, views[$1.run]).count
      }
      numbers[offset(ofMixed: place)] = Int64(rows)
    }
  }

  private func fillSums(_ numbers: UnsafeMutablePointer<Int64>, _ mask: Mask) {
    let plain = baseUsers
    let kept = columns.facts?.sums(of: plain)
    if let kept, times.seesAll {
      copy(kept, of: plain, to: numbers)
    } else if let base = baseView {
      self.plain(mask).forEach { place in
        let user = users.lowerBound + place
        let sum = sum(base, base.rows(of: user), kept: kept?[user], isShown: showsAll(of: user))
        if sum.overflow { overflown.insert(place) }
        numbers[place] = sum.total
      }
    }
    for place in columns.mixedPlaces(in: users) where mask[offset(ofMixed: place)] {
      let offset = offset(ofMixed: place)
      var total: Int64 = 0
      for slice in columns.mixed.slices(place) {
        let isKept = slice.run == columns.users.base && plain.contains(slice.user)
        let part = sum(
          views[slice.run], slice.rows, kept: isKept ? kept?[slice.user] : nil,
          isShown: isKept && showsAll(of: slice.user))
        let (next, overflow) = total.addingReportingOverflow(part.total)
        if overflow || part.overflow { overflown.insert(offset) }
        total = next
      }
      numbers[offset] = total
    }
  }

  /// The sum over those of a user's rows that the moment shows.
  ///
  /// - Parameters:
  ///   - kept: what is kept of all of them, from which the few after the moment are taken.
  ///   - isShown: whether the moment is known to show all.
  private func sum(
    _ run: RunView, _ rows: Range<Int>, kept: Int64?, isShown: Bool
  ) -> (total: Int64, overflow: Bool) {
    if let kept, isShown { return (kept, false) }
    let shown = shown(rows, run)
    guard let kept else { return sum(run, shown) }
    let hidden = sum(run, shown.upperBound..<rows.upperBound)
    let (total, overflow) = kept.subtractingReportingOverflow(hidden.total)
    return (total, hidden.overflow || overflow)
  }

  /// The sum over some rows of a run.
  private func sum(_ run: RunView, _ rows: Range<Int>) -> (total: Int64, overflow: Bool) {
    var total: Int64 = 0
    var hasOverflow = false
    for row in rows {
      let value = run.value(row)
      guard value != absentAmount else { continue }
      let (next, overflow) = total.addingReportingOverflow(value)
      hasOverflow = hasOverflow || overflow
      total = next
    }
    return (total, hasOverflow)
  }
}

extension UnsafeMutableBufferPointer<UInt16> {
  /// The middle one, or the mean of the two, cut; the numbers are put in another order. Few are sorted by
  /// insertion; many are nearly all small, so they are counted by size up to the middle.
  @inline(__always)
  fileprivate mutating func median() -> Int64 {
    let (lower, upper) = ((count &- 1) / 2, count / 2)
    guard count > 12 else {
      for index in 1..<count {
        let number = self[index]
        var place = index
        while place > 0, self[place &- 1] > number {
          self[place] = self[place &- 1]
          place &-= 1
        }
        self[place] = number
      }
      return (Int64(self[lower]) &+ Int64(self[upper])) / 2
    }
    var counts = InlineArray<64, UInt16>(repeating: 0)
    for number in self where number < 64 { counts[Int(number)] &+= 1 }
    var low = -1
    var below = 0
    for number in 0..<64 {
      below &+= Int(counts[number])
      if low < 0, below > lower { low = number }
      if below > upper { return Int64(low &+ number) / 2 }
    }
    sort()
    return (Int64(self[lower]) &+ Int64(self[upper])) / 2
  }
}

extension UnsafeBufferPointer<UInt16> {
  /// The places of the days that lie in a range. Recent days are looked for first.
  @inline(__always)
  func count(in range: ClosedRange<Int>) -> Range<Int> {
    var high = count
    while high > 0, Int(self[high &- 1]) > range.upperBound { high &-= 1 }
    if range.lowerBound <= 0 { return 0..<high }
    var low = high
    while low > 0, Int(self[low &- 1]) >= range.lowerBound { low &-= 1 }
    return low..<high
  }
}

extension Worker {
  /// The sum of a quantity over the users in a mask.
  func total(_ quantity: Quantity, _ mask: Mask) -> Int {
    withVector { numbers in
      var total = 0
      fill(numbers, quantity, mask).forEach { total &+= Int(numbers[$0]) }
      return total
    }
  }

  /// A quantity of one user; nil where it is absent.
  func number(_ quantity: Quantity, of user: Int) -> Int64? {
    let place = begin(user: user)
    var mask = Mask()
    mask.insert(place)
    return withVector { numbers in
      fill(numbers, quantity, mask)[place] ? numbers[place] : nil
    }
  }
}
