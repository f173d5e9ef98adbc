import KithStore
import KithSystem

/// One thread's work on one block of users after the other, with memory that is used again and again.
final class Worker {
  let scope: Scope
  let columns: Columns
  /// The runs as this worker reads them.
  let views: UnsafeBufferPointer<RunView>
  private let lent: LentRows?
  let times: Times
  /// The present block, and the numbers of its users.
  private(set) var block = 0
  private(set) var users = 0..<0
  private var vectors: [UnsafeMutablePointer<Int64>] = []
  private var used = 0
  private var merged: MergedRows?
  private var twin: RowEvaluator?
  /// The lists of days, which `columns` holds.
  private(set) lazy var ownDays = columns.keptDays?.own
  private(set) lazy var anyDays = columns.keptDays?.any
  let hasMixed: Bool
  /// The days of a few users, where the lists of everyone are not opened.
  private let rowDays = RowDays()
  private(set) lazy var sources = columns.index?.sources
  /// By run the snapshot's code of each source; nil where they are the same.
  private(set) lazy var sourceCodes = columns.runs.map(\.sourceCodes)
  /// The time of the last event of each of the base's users, as the index has it.
  private(set) lazy var baseLasts = columns.index?.lasts

  /// Users of whom a number did not fit: the twin answers for them.
  var overflown = Mask()

  /// - Parameter lends: what is read only after it was lent, by ``lend(_:)``.
  init(_ scope: Scope, lends: LentRows.Extent = .nothing) {
    self.scope = scope
    columns = scope.columns
    lent = LentRows(columns, lends)
    views = lent?.views ?? columns.views
    times = scope.times
    hasMixed = columns.users.mixed.count > 0
  }

  deinit {
    for vector in vectors { vector.deallocate() }
    marks.deallocate()
  }

  // MARK: - Marks

  /// As many codes as a worker keeps a mark of.
  static let mostMarks = 1 << 20
  private var marks = UnsafeMutableBufferPointer<UInt32>(start: nil, count: 0)
  private var nextMark: UInt32 = 1

  /// Lends a mark for each of so many codes, and the first of ``Mask/size`` marks that none has yet.
  func marks(_ count: Int) -> (marks: UnsafeMutableBufferPointer<UInt32>, firstMark: UInt32) {
    if marks.count < max(1, count) || nextMark > UInt32.max - UInt32(2 * Mask.size) {
      marks.deallocate()
      marks = .allocate(capacity: max(1, count))
      marks.initialize(repeating: 0)
      nextMark = 1
    }
    defer { nextMark += UInt32(Mask.size) }
    return (marks, nextMark)
  }

  // MARK: - Shared quantities

  /// A quantity of the present block, as far as it was asked for.
  final class Shared {
    let numbers = UnsafeMutablePointer<Int64>.allocate(capacity: Mask.size)
    var known = Mask()
    var present = Mask()
    var overflown = Mask()

    deinit {
      numbers.deallocate()
    }

    func forget() {
      known = Mask()
      present = Mask()
      overflown = Mask()
    }
  }
  /// By number.
  private var sharedQuantities: [Shared] = []
  /// Those of the rules of stages, which have numbers of their own, beside those of a plan that asks for a stage.
  private var quantitiesOfRules: [Shared] = []
  private var isAmongRules = false

  func shared(_ number: Int) -> Shared {
    while sharedQuantities.count <= number { sharedQuantities.append(Shared()) }
    return sharedQuantities[number]
  }

  /// Has the quantities of the rules at hand in the place of those of the plan.
  func amongRules(_ body: () throws(Cancelled) -> Void) throws(Cancelled) {
    if isAmongRules { return try body() }
    isAmongRules = true
    swap(&sharedQuantities, &quantitiesOfRules)
    defer {
      swap(&sharedQuantities, &quantitiesOfRules)
      isAmongRules = false
    }
    try body()
  }

  func begin(_ block: Int) {
    for memory in sharedQuantities { memory.forget() }
    for memory in quantitiesOfRules { memory.forget() }
    self.block = block
    let first = block * Mask.size
    users = first..<min(first + Mask.size, columns.users.count)
  }

  /// Has the rows of a user at hand, of whom alone is asked until the next one is lent.
  func lend(_ user: Int) { lent?.lend(columns.users.isPlain(user) ? user : nil) }

  var baseView: RunView? { columns.users.base.map { views[$0] } }

  /// Goes to the block of one user; returns the user's place in it.
  func begin(user: Int) -> Int {
    begin(user / Mask.size)
    return user % Mask.size
  }

  /// Lends a vector of one number for each user of the block.
  func withVector<Result>(
    _ body: (UnsafeMutablePointer<Int64>) throws(Cancelled) -> Result
  ) throws(Cancelled) -> Result {
    if used == vectors.count { vectors.append(.allocate(capacity: Mask.size)) }
    used += 1
    defer { used -= 1 }
    return try body(vectors[used - 1])
  }

  func withVector<Result>(_ body: (UnsafeMutablePointer<Int64>) -> Result) -> Result {
    if used == vectors.count { vectors.append(.allocate(capacity: Mask.size)) }
    used += 1
    defer { used -= 1 }
    return body(vectors[used - 1])
  }

  /// Lends the rows of a user, where they stand or merged, and what their codes mean.
  func withRows<Result>(
    of user: Int, _ body: (RunView, _ rows: Range<Int>, _ codes: RunColumns?) -> Result
  ) -> Result {
    if let base = columns.users.base, columns.users.isPlain(user) {
      return body(views[base], views[base].rows(of: user), columns.runs[base])
    }
    return withMergedRows(of: user) { body($0, 0..<$0.rows, nil) }
  }

  /// Lends the merged rows of a mixed user.
  @inline(__always)
  func withMergedRows<Result>(of user: Int, _ body: (RunView) -> Result) -> Result {
    body(mergedRows(columns.mixed.places[user] ?? 0))
  }

  /// The merged rows of a mixed user, by place; good until the next one's.
  func mergedRows(_ place: Int) -> RunView {
    let rows = merged ?? MergedRows(columns)
    merged = rows
    return rows.rows(place)
  }

  /// Those within a range of instants.
  func mergedRows(_ place: Int, within range: ClosedRange<Int64>) -> RunView {
    let rows = merged ?? MergedRows(columns)
    merged = rows
    return rows.rows(place, within: range)
  }

  /// Visits a mixed user's rows slice by slice, until `body` has enough; merged where they are wanted in
  /// order of time and their slices are not.
  @inline(__always)
  func eachSlice(
    _ place: Int, inOrder: Bool = true, latestFirst: Bool = false,
    _ body: (_ run: RunView, _ slice: MixedUsers.Slice) -> Bool
  ) {
    let slices = columns.mixed.slices(place)
    guard !inOrder || areInOrder(slices) else {
      let run = mergedRows(place)
      _ = body(run, MixedUsers.Slice(run: columns.runs.count, user: -1, rows: 0..<run.rows))
      return
    }
    var next = latestFirst ? slices.count &- 1 : 0
    while next >= 0, next < slices.count {
      let slice = slices[next]
      if !body(views[slice.run], slice) { return }
      next &+= latestFirst ? -1 : 1
    }
  }

  /// Whether slices, as they arrived, follow each other in time, so that rows run by run are rows in
  /// order.
  @inline(__always)
  func areInOrder(_ slices: MixedUsers.Slices) -> Bool {
    var last = Int64.min
    var run = -1
    for slice in slices where !slice.rows.isEmpty {
      let times = views[slice.run].times
      let first = times[slice.rows.lowerBound]
      // Two ids of a person in one run: of equal times the import decides.
      if last > .min, first < last || first == last && slice.run == run { return false }
      run = slice.run
      if let baseLasts, slice.run == columns.users.base {
        last = baseLasts[slice.user]
      } else {
        last = times[slice.rows.upperBound &- 1]
      }
    }
    return true
  }

  /// Asks the twin.
  func holds(_ condition: Condition, _ user: Int) throws(Cancelled) -> Bool {
    try askTwin { twin throws(Cancelled) in try twin.holds(condition, user, scope.frame) }
  }

  /// The numbers above 0 of some users, in a unit that divides them, by the twin: they may need more than 64 bits.
  func exactly(
    _ measure: Measured, _ unit: Int128, _ mask: Mask
  ) throws(Cancelled) -> [Int128] {
    var numbers: [Int128] = []
    try mask.forEach { (place) throws(Cancelled) in
      let value = try askTwin { twin throws(Cancelled) in
        try twin.value(measure, users.lowerBound + place, scope.frame)
      }
      if case .number(let number) = value, number.dividend > .zero {
        numbers.append(Int128(number.dividend.sizeDivided(by: UInt64(unit)).whole))
      }
    }
    return numbers
  }

  private func askTwin<Answer>(
    _ question: (inout RowEvaluator) throws(Cancelled) -> Answer
  ) throws(Cancelled) -> Answer {
    var evaluator =
      twin
      ?? RowEvaluator(
        world: scope.world, frames: scope.frames,
        columns: Set(columns.snapshot.properties.indices))
    defer { twin = evaluator }
    twin = nil
    return try question(&evaluator)
  }

  // MARK: - Who is there

  /// The users of the block, or those of a mask, who have an event up to the moment.
  func visible(among asked: Mask? = nil) -> Mask {
    let all = asked ?? Mask(first: users.count)
    if times.seesAll, columns.users.persons.isEmpty { return all }
    var mask = Mask()
    if scope.isNarrow {
      all.forEach { place in
        let isVisible = withRows(of: users.lowerBound + place) { run, rows, _ in
          !rows.isEmpty && run.times[rows.lowerBound] <= times.instant
        }
        if isVisible { mask.insert(place) }
      }
      return mask
    }
    withVector { firsts in
      fillFirsts(firsts)
      all.forEach { if firsts[$0] <= times.instant { mask.insert($0) } }
    }
    return mask
  }

  /// The users of the block that the base has.
  var baseUsers: Range<Int> { users.clamped(to: 0..<columns.users.baseCount) }

  /// The number of a mixed user, by place, among those of the block.
  @inline(__always)
  func offset(ofMixed place: Int) -> Int {
    Int(columns.users.mixed.users[place]) &- users.lowerBound
  }

  /// The time of the first event of each user of the block, whatever the moment.
  func fillFirsts(_ numbers: UnsafeMutablePointer<Int64>) {
    fillTimes(numbers, columns.index?.firsts(of: baseUsers), { $0.lowerBound }, .max, min)
  }

  /// The time of the last event of each user of the block, whatever the moment.
  func fillLasts(_ numbers: UnsafeMutablePointer<Int64>) {
    fillTimes(numbers, columns.index?.lasts(of: baseUsers), { $0.upperBound &- 1 }, .min, max)
  }

  /// The time of one row of each user of the block.
  ///
  /// - Parameters:
  ///   - kept: those of the base's users, where they are kept.
  ///   - row: which of a run's rows it is.
  ///   - none: of who has no row.
  ///   - chosen: which of two runs' times it is.
  @inline(__always)
  private func fillTimes(
    _ numbers: UnsafeMutablePointer<Int64>, _ kept: UnsafeBufferPointer<Int64>?,
    _ row: (Range<Int>) -> Int, _ none: Int64, _ chosen: (Int64, Int64) -> Int64
  ) {
    let plain = baseUsers
    func time(_ run: Int, _ user: Int, _ rows: Range<Int>) -> Int64 {
      if let kept, run == columns.users.base, plain.contains(user) { return kept[user] }
      return rows.isEmpty ? none : views[run].times[row(rows)]
    }
    if let kept {
      copy(kept, of: plain, to: numbers)
    } else if let base = columns.users.base {
      let run = views[base]
      for user in plain {
        let next = user &+ Worker.usersAhead
        if next < plain.upperBound { prefetch(run.times + row(run.rows(of: next))) }
        numbers[user - users.lowerBound] = time(base, user, run.rows(of: user))
      }
    }
    for place in columns.mixedPlaces(in: users) {
      numbers[offset(ofMixed: place)] = columns.mixed.slices(place).reduce(none) {
        chosen($0, time($1.run, $1.user, $1.rows))
      }
    }
  }

  /// Puts what is kept of some users of the block in their places.
  func copy(
    _ kept: UnsafeBufferPointer<Int64>, of plain: Range<Int>,
    to numbers: UnsafeMutablePointer<Int64>
  ) {
    guard !plain.isEmpty, let base = kept.baseAddress else { return }
    (numbers + (plain.lowerBound - users.lowerBound)).update(
      from: base + plain.lowerBound, count: plain.count)
  }

  // MARK: - Days

  /// The visible days of a user, at least those from a day on and the one before.
  @inline(__always)
  func days(of user: Int, own: Bool, from day: Int = 0) -> UnsafeBufferPointer<UInt16> {
    if scope.isNarrow { return rowDays.days(of: user, own: own, from: day, self) }
    guard let lists = own ? ownDays : anyDays else {
      return UnsafeBufferPointer(start: nil, count: 0)
    }
    return shown(lists[user], user, own)
  }

  /// Visits the visible days of the users in a mask, at least those from a day on and the one before.
  @inline(__always)
  func eachDays(
    _ mask: Mask, own: Bool, from day: Int = 0,
    _ body: (_ place: Int, _ days: UnsafeBufferPointer<UInt16>) -> Void
  ) {
    let first = users.lowerBound
    if times.seesAll, let lists = own ? ownDays : anyDays {
      mask.forEach { body($0, lists[first &+ $0]) }
    } else {
      mask.forEach { body($0, days(of: first &+ $0, own: own, from: day)) }
    }
  }

  /// Without the days that the moment hides.
  @inline(__always)
  private func shown(
    _ days: UnsafeBufferPointer<UInt16>, _ user: Int, _ own: Bool
  ) -> UnsafeBufferPointer<UInt16> {
    if times.seesAll { return days }
    var count = days.count
    while count > 0, Int(days[count &- 1]) > times.day { count &-= 1 }
    if count > 0, !times.isEndOfDay, Int(days[count &- 1]) == times.day,
      !hasEventToday(user, own)
    {
      count &-= 1
    }
    return UnsafeBufferPointer(rebasing: days[..<count])
  }

  /// Whether a user has an event on D that the moment shows.
  private func hasEventToday(_ user: Int, _ own: Bool) -> Bool {
    let selection = Selection(own ? .activity : .any, window: .days(older: 1, newer: 0))
    guard let rows = RowChoice(selection, columns, times) else { return false }
    return firstRow(rows, user) != nil
  }

  /// The time of the first row of a user that matches.
  private func firstRow(_ rows: RowChoice, _ user: Int) -> Int64? {
    func look(_ run: RunView, _ all: Range<Int>, _ place: Int) -> Int64? {
      var time: Int64?
      rows.visit(rows.bounded(run, all), run, place) {
        time = run.times[$0]
        return false
      }
      return time
    }
    if columns.users.isPlain(user), let base = columns.users.base {
      return look(views[base], views[base].rows(of: user), base)
    }
    return withMergedRows(of: user) { look($0, 0..<$0.rows, columns.runs.count) }
  }
}
