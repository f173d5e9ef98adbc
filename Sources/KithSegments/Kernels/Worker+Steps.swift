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
      return filter(mask) { user in withDays(user, own: own) { !$0.count(in: range).isEmpty } }
    case .resurrected(let gap, let window):
      guard let range = times.days(window) else { return Mask() }
      return filter(mask) { user in
        withDays(user, own: true) { days in
          days.count(in: range).contains { $0 > 0 && Int(days[$0]) - Int(days[$0 - 1]) >= gap }
        }
      }
    case .sequence(let steps, let longest): return passSequence(steps, longest, mask)
    case .source(let table): return passSource(table, mask)
    case .stage(let table): return try passStanding(table, mask, isBand: false)
    case .band(let table): return try passStanding(table, mask, isBand: true)
    case .codes(let codes, let table):
      return filter(mask) { user in
        let code = Int(codes.codes[user])
        return code < table.count && table[code]
      }
    case .members(let set):
      var found = set.mask(block: block)
      found.formIntersection(mask)
      return found
    case .top(let quantity, let key):
      guard let border = try scope.border(key, quantity) else { return Mask() }
      return passNumbers(
        quantity, NumberTest(ranges: [max(1, border)...Int64.max], isNegated: false), mask)
    case .was(let step, let earlier):
      let worker = Worker(earlier)
      worker.begin(block)
      var then = worker.visible()
      then.formIntersection(mask)
      return try worker.pass(step, then)
    case .twin(let condition): return try ask(condition, mask)
    }
  }

  @inline(__always)
  private func filter(_ mask: Mask, _ isIn: (Int) -> Bool) -> Mask {
    var found = Mask()
    mask.forEach { if isIn(users.lowerBound &+ $0) { found.insert($0) } }
    return found
  }

  private func passNumbers(_ quantity: Quantity, _ test: NumberTest, _ mask: Mask) -> Mask {
    withVector { numbers in
      let present = fill(numbers, quantity, mask)
      var found = Mask()
      present.forEach { if test.holds(numbers[$0]) { found.insert($0) } }
      return found
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
        let leftScale = left.unit / min(left.unit, right.unit) * Unit.one
        let rightScale = right.unit / min(left.unit, right.unit) * (factor?.units ?? Unit.one)
        var found = Mask()
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
    guard let sources = columns.index?.sources else { return Mask() }
    let translation = columns.baseSources
    return filter(mask) { user in
      if columns.users.isPlain(user) {
        var code = Int(sources[user])
        if let translation { code = code < translation.count ? Int(translation[code]) : Int.max }
        return code < table.count && table[code]
      }
      return withMergedRows(of: user) { run in
        for row in 0..<run.rows {
          let code = Int(run.sources[row])
          if code != Int(absentCode) { return code < table.count && table[code] }
        }
        return false
      }
    }
  }

  /// From every occurrence of the first step: the earliest of each next one is the best choice.
  private func passSequence(_ steps: [RowChoice], _ longest: Int64, _ mask: Mask) -> Mask {
    var possible = mask
    for step in steps where step.postings != nil {
      var tally = AnyTally()
      scan(step, possible, &tally)
      possible = tally.found
    }
    func holds(_ run: RunColumns, _ rows: Range<Int>, _ index: Int) -> Bool {
      let rows = steps[0].bounded(run, rows)
      for start in rows where steps[0].matches(start, run, run: index) {
        let end = run.times[start] &+ longest
        var row = start
        var isWhole = true
        for step in steps.dropFirst() {
          row &+= 1
          while row < rows.upperBound, run.times[row] <= end, !step.matches(row, run, run: index) {
            row &+= 1
          }
          guard row < rows.upperBound, run.times[row] <= end else {
            isWhole = false
            break
          }
        }
        if isWhole { return true }
      }
      return false
    }
    return filter(possible) { user in
      if let base = columns.users.base, columns.users.isPlain(user) {
        return holds(columns.runs[base], columns.runs[base].rows(of: user), base)
      }
      return withMergedRows(of: user) { holds($0, 0..<$0.rows, columns.runs.count) }
    }
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
    try eachStanding(mask, scope.rules(), withBands: isBand) { place, stage, band in
      let code = Int(isBand ? band : stage)
      if code < table.count && table[code] { found.insert(place) }
    }
    return found
  }

  /// Writes where the users in a mask stand.
  func stand(
    _ mask: Mask, _ rules: PlannedRules, into standings: Standings
  ) throws(Cancelled) {
    let first = users.lowerBound
    try eachStanding(mask, rules, withBands: true) { place, stage, band in
      standings.stages[first + place] = stage
      standings.bands[first + place] = band
    }
  }

  /// The first stage rule that holds, and its first band.
  func eachStanding(
    _ mask: Mask, _ rules: PlannedRules, withBands: Bool,
    _ body: (_ place: Int, _ stage: UInt16, _ band: UInt16) -> Void
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
        found.forEach { body($0, group.stage, rule.name) }
        unbanded.subtract(found)
      }
      unbanded.forEach { body($0, group.stage, Standings.none) }
    }
  }
}
