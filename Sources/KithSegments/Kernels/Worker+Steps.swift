import KithStore
import KithSystem

extension Worker {
  /// Those in a mask for whom a plan holds.
  func pass(_ step: Step, _ mask: Mask) throws(Cancelled) -> Mask {
    if mask.isEmpty { return mask }
    switch step {
    case .constant(let value): return value ? mask : Mask()
    case .not(let part):
      var rest = mask
      rest.subtract(try pass(part, mask))
      return rest
    case .all(let parts):
      var rest = mask
      for part in parts { rest = try pass(part, rest) }
      return rest
    case .either(let parts):
      var found = Mask()
      var rest = mask
      for part in parts {
        let more = try pass(part, rest)
        found.formUnion(more)
        rest.subtract(more)
      }
      return found
    case .leaf(let leaf):
      let outer = overflown
      overflown = Mask()
      defer { overflown = outer }
      var found = try pass(leaf, mask)
      if !overflown.isEmpty {
        found.subtract(overflown)
        var asked = overflown
        asked.formIntersection(mask)
        found.formUnion(try ask(leaf.condition, asked))
      }
      return found
    }
  }

  /// Asks the twin about each of a few.
  private func ask(_ condition: Condition, _ mask: Mask) throws(Cancelled) -> Mask {
    var found = Mask()
    try mask.forEach { (place) throws(Cancelled) in
      if try holds(condition, users.lowerBound + place) { found.insert(place) }
    }
    return found
  }

  private func pass(_ leaf: Leaf, _ mask: Mask) throws(Cancelled) -> Mask {
    switch leaf.kind {
    case .quantity(let quantity, let test): return passNumbers(quantity, test, mask)
    case .average(let rows, let property, let test): return passMean(rows, property, test, mask)
    case .compare(let left, let comparison, let factor, let right):
      return passPair(left, comparison, factor, right, mask)
    case .did(let rows):
      var tally = AnyTally()
      if rows.postings == nil {
        scanBackwards(rows, mask, &tally)
      } else {
        scan(rows, mask, &tally)
      }
      return tally.found
    case .listedDay(let own, let range):
      return passDays(own, range, atLeast: 1, mask)
    case .resurrected(let gap, let window):
      guard let range = times.days(window) else { return Mask() }
      var found = Mask()
      eachDays(mask, own: true, from: range.lowerBound) { place, days in
        let isBack = days.count(in: range).contains {
          $0 > 0 && Int(days[$0]) - Int(days[$0 - 1]) >= gap
        }
        found.insert(place, if: isBack)
      }
      return found
    case .sequence(let steps, let table, let longest):
      return passSequence(steps, table, longest, mask)
    case .source(let table): return passSource(table, mask)
    case .stage(let table): return try passStanding(table, mask, isBand: false)
    case .band(let table): return try passStanding(table, mask, isBand: true)
    case .codes(let codes, let table):
      return filter(mask) { user in
        let code = Int(codes.codes[user])
        return code < table.count && table[code]
      }
    case .score(let measure, let test):
      let values = scope.world.scores.values(measure, scope.world, scope.frame)
      return filter(mask) { user in
        guard user < values.count, let value = values[user] else { return false }
        return test.holds(.number(Ratio(value)))
      }
    case .members(let set):
      var found = set.mask(block: block)
      found.formIntersection(mask)
      return found
    case .top(let quantity, let key):
      guard let border = try scope.border(key, quantity) else { return Mask() }
      if let ranking = border.ranking {
        let least = Int64(clamping: border.least)
        return filter(mask) { ranking.numbers[$0] >= least }
      }
      // Above 64 bits it is reached by those alone whom the twin is asked about.
      let reached = Int64(exactly: border.least).map { [NumberTest.Span(max(1, $0), .max)] } ?? []
      return passNumbers(quantity, NumberTest(reached), mask)
    case .was(let step, let earlier):
      let worker = Worker(earlier)
      worker.begin(block)
      return try worker.pass(step, worker.visible(among: mask))
    case .twin(let condition): return try ask(condition, mask)
    }
  }

  @inline(__always)
  private func filter(_ mask: Mask, _ isIn: (Int) -> Bool) -> Mask {
    var found = Mask()
    let first = users.lowerBound
    mask.forEach { found.insert($0, if: isIn(first &+ $0)) }
    return found
  }

  /// Those with at least so many days in a range. Where the range runs up to today, one day decides: the
  /// so-manieth from the end.
  private func passDays(
    _ own: Bool, _ range: ClosedRange<Int>, atLeast least: Int, _ mask: Mask
  ) -> Mask {
    var found = Mask()
    let isUpToNow = range.upperBound >= times.day
    eachDays(mask, own: own, from: range.lowerBound) { place, days in
      if isUpToNow {
        let at = days.count &- least
        found.insert(place, if: at >= 0 && Int(days[max(at, 0)]) >= range.lowerBound)
      } else {
        found.insert(place, if: days.count(in: range).count >= least)
      }
    }
    return found
  }

  private func passNumbers(_ quantity: Quantity, _ test: NumberTest, _ mask: Mask) -> Mask {
    if case .listedDays(let own, let range) = quantity.kind, let least = test.atLeast, least > 0,
      let least = Int(exactly: least)
    {
      return passDays(own, range, atLeast: least, mask)
    }
    let mask = possible(quantity, test, mask)
    return withVector { numbers in
      let present = fill(numbers, quantity, mask, enough: test.settled)
      var found = Mask()
      present.forEach { found.insert($0, if: test.holds(numbers[$0])) }
      return found
    }
  }

  /// Those who may have so many days or weeks of some events: they have as many of any.
  private func possible(_ quantity: Quantity, _ test: NumberTest, _ mask: Mask) -> Mask {
    switch quantity.kind {
    case .days(let rows), .weeks(let rows):
      guard rows.isOpenBelow, rows.postings == nil, let least = test.atLeast, least > 1,
        let least = Int(exactly: least), anyDays != nil
      else { return mask }
      return passDays(false, 0...Int(UInt16.max), atLeast: least, mask)
    default: return mask
    }
  }

  private func passMean(
    _ rows: RowChoice, _ property: PropertyNumbers, _ test: AverageTest, _ mask: Mask
  ) -> Mask {
    withVector { sums in
      withVector { counts in
        mask.forEach {
          sums[$0] = 0
          counts[$0] = 0
        }
        var tally = SumTally(sums: sums, counts: counts, property: property)
        scan(rows, mask, &tally)
        overflown.formUnion(tally.overflown)
        var found = Mask()
        mask.forEach {
          if counts[$0] > 0, test.holds(sum: sums[$0], count: counts[$0]) { found.insert($0) }
        }
        return found
      }
    }
  }

  private func passPair(
    _ left: Quantity, _ comparison: Comparison, _ factor: Exact?, _ right: Quantity, _ mask: Mask
  ) -> Mask {
    withVector { one in
      withVector { two in
        let present = fill(two, right, fill(one, left, mask))
        // Both in units of the finer one, times 10^18 for the factor.
        let unit = min(left.unit, right.unit)
        let leftScale = left.unit / unit * Unit.one
        let (rightScale, isTooWide) = (right.unit / unit)
          .multipliedReportingOverflow(by: factor?.units ?? Unit.one)
        var found = Mask()
        if isTooWide {
          overflown.formUnion(present)
          return found
        }
        present.forEach { place in
          let (a, wide) = Int128(one[place]).multipliedReportingOverflow(by: leftScale)
          let (b, wider) = Int128(two[place]).multipliedReportingOverflow(by: rightScale)
          if wide || wider {
            overflown.insert(place)
          } else if comparison.holds(a < b ? -1 : a == b ? 0 : 1) {
            found.insert(place)
          }
        }
        return found
      }
    }
  }

  private func passSource(_ table: [Bool], _ mask: Mask) -> Mask {
    guard let sources else { return Mask() }
    let translation = columns.baseSources
    if !hasMixed, translation == nil {
      return filter(mask) { user in
        let code = Int(sources[user])
        return code < table.count && table[code] && showsSource(of: user)
      }
    }
    let places = columns.mixed.places
    return filter(mask) { user in
      var code: Int
      let place = places[user]
      if let place {
        code = Int(mixedSource(place))
      } else {
        code = Int(sources[user])
        if let translation { code = code < translation.count ? Int(translation[code]) : Int.max }
      }
      return code < table.count && table[code] && (place != nil || showsSource(of: user))
    }
  }

  /// Whether the moment shows the first event with a source of one of the base's users who has such an event.
  func showsSource(of user: Int) -> Bool {
    if times.seesAll { return true }
    if let baseLasts, baseLasts[user] <= times.instant { return true }
    guard let run = baseView else { return false }
    let row = run.rows(of: user).first { run.sources[$0] != absentCode }
    return row.map { run.times[$0] <= times.instant } ?? false
  }

  /// The snapshot's code of a mixed user's first source up to the moment, or ``absentCode``.
  func mixedSource(_ place: Int) -> UInt32 {
    let slices = columns.mixed.slices(place)
    func source(_ slice: MixedUsers.Slice, _ code: UInt32) -> UInt32 {
      guard let codes = sourceCodes[slice.run] else { return code }
      return Int(code) < codes.count ? codes[Int(code)] : absentCode
    }
    // Where the base's rows come first, as they mostly do, its index tells without a look at them.
    if times.seesAll, let sources, let first = slices.first, first.run == columns.users.base,
      sources[first.user] != absentCode, areInOrder(slices)
    {
      return source(first, sources[first.user])
    }
    var found = (time: Int64.max, run: 0, arrival: UInt32(0), code: absentCode)
    for slice in slices {
      let run = views[slice.run]
      guard let row = slice.rows.first(where: { run.sources[$0] != absentCode }) else { continue }
      let (time, arrival) = (run.times[row], columns.runs[slice.run].importOrder?[row] ?? 0)
      guard (time, slice.run, arrival) < (found.time, found.run, found.arrival) else { continue }
      found = (time, slice.run, arrival, source(slice, run.sources[row]))
    }
    return found.time <= times.instant ? found.code : absentCode
  }

  // MARK: - Stages

  private func passStanding(
    _ table: [Bool], _ mask: Mask, isBand: Bool
  ) throws(Cancelled) -> Mask {
    guard let standings = scope.knownStandings else {
      return try passNewStanding(table, mask, isBand: isBand)
    }
    return filter(mask) { user in
      let code = Int((isBand ? standings.bands : standings.stages)[user])
      return code < table.count && table[code]
    }
  }

  private func passNewStanding(
    _ table: [Bool], _ mask: Mask, isBand: Bool
  ) throws(Cancelled) -> Mask {
    var found = Mask()
    try eachStanding(mask, scope.rules(), withBands: isBand) { users, stage, band in
      let code = Int(isBand ? band : stage)
      if code < table.count && table[code] { found.formUnion(users) }
    }
    return found
  }

  /// Writes where the users in a mask stand.
  func stand(
    _ mask: Mask, _ rules: PlannedRules, into standings: Standings
  ) throws(Cancelled) {
    let first = users.lowerBound
    try eachStanding(mask, rules, withBands: true) { users, stage, band in
      users.forEach { place in
        standings.stages[first + place] = stage
        standings.bands[first + place] = band
      }
    }
  }

  /// Visits the users of a mask by where they stand: the first stage rule that holds, and its first band.
  func eachStanding(
    _ mask: Mask, _ rules: PlannedRules, withBands: Bool,
    _ body: (_ users: Mask, _ stage: UInt16, _ band: UInt16) -> Void
  ) throws(Cancelled) {
    try amongRules { () throws(Cancelled) in
      try visitStandings(mask, rules, withBands: withBands, body)
    }
  }

  private func visitStandings(
    _ mask: Mask, _ rules: PlannedRules, withBands: Bool,
    _ body: (_ users: Mask, _ stage: UInt16, _ band: UInt16) -> Void
  ) throws(Cancelled) {
    var rest = mask
    var groups: [(stage: UInt16, users: Mask)] = []
    for rule in rules.stages where !rest.isEmpty {
      let found = try pass(rule.step, rest)
      groups.append((rule.name, found))
      rest.subtract(found)
    }
    groups.append((rules.otherStage, rest))
    for group in groups where !group.users.isEmpty {
      var unbanded = group.users
      for rule in withBands ? rules.bands[Int(group.stage)] : [] where !unbanded.isEmpty {
        let found = try pass(rule.step, unbanded)
        if !found.isEmpty { body(found, group.stage, rule.name) }
        unbanded.subtract(found)
      }
      if !unbanded.isEmpty { body(unbanded, group.stage, Standings.none) }
    }
  }
}
