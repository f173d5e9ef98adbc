import KithStore

/// The rows of a mixed user made one, in order of time, then arrival, in the snapshot's codes; memory that
/// is used again and again.
final class MergedRows {
  private let columns: Columns
  /// Rows that there is memory for.
  private var capacity = 0
  private var times = UnsafeMutablePointer<Int64>.allocate(capacity: 1)
  private var values = UnsafeMutablePointer<Int64>.allocate(capacity: 1)
  /// Events, sources, then the properties.
  private var codes: [UnsafeMutablePointer<UInt32>]
  private let properties: UnsafeMutableBufferPointer<Codes>
  private var place = -1
  private var count = 0
  private var rest: [MixedUsers.Slice] = []

  init(_ columns: Columns) {
    self.columns = columns
    let count = columns.snapshot.properties.count
    codes = (0..<(2 + count)).map { _ in .allocate(capacity: 1) }
    properties = .allocate(capacity: max(1, count))
    properties.initialize(repeating: Codes(nil))
  }

  deinit {
    free()
    properties.deallocate()
  }

  private func free() {
    times.deallocate()
    values.deallocate()
    for column in codes { column.deallocate() }
  }

  private func reserve(_ rows: Int) {
    guard rows > capacity else { return }
    free()
    capacity = max(1024, rows * 2)
    times = .allocate(capacity: capacity)
    values = .allocate(capacity: capacity)
    codes = codes.map { _ in .allocate(capacity: capacity) }
    for index in 0..<(codes.count - 2) { properties[index] = Codes(codes[2 + index]) }
  }

  /// All rows of a mixed user, numbered from 0; good until another one's are asked for.
  func rows(_ place: Int) -> RunView {
    if place != self.place { merge(columns.mixed.slices(place)) }
    self.place = place
    return merged
  }

  /// Those within a range of instants; good until others are asked for. Cost: the rows in the range.
  func rows(_ place: Int, within range: ClosedRange<Int64>) -> RunView {
    let slices = columns.mixed.slices(place).map { slice in
      let run = columns.views[slice.run]
      let first = run.firstRow(in: slice.rows) { $0 >= range.lowerBound }
      let end = run.firstRow(in: first..<slice.rows.upperBound) { $0 > range.upperBound }
      return MixedUsers.Slice(run: slice.run, user: slice.user, rows: first..<end)
    }
    merge(slices)
    self.place = -1
    return merged
  }

  private var merged: RunView {
    RunView(
      merged: count, times: times, events: Codes(codes[0]), sources: Codes(codes[1]),
      values: values,
      UnsafeBufferPointer(rebasing: properties[..<(codes.count - 2)]))
  }

  /// Takes from the slice that is next as many rows as come before every other slice's next one.
  private func merge(_ slices: some Sequence<MixedUsers.Slice>) {
    count = 0
    rest.removeAll(keepingCapacity: true)
    for slice in slices where !slice.rows.isEmpty { rest.append(slice) }
    reserve(rest.reduce(0) { $0 + $1.rows.count })
    while let next = rest.indices.min(by: { head(rest[$0]) < head(rest[$1]) }) {
      let slice = rest[next]
      let first = slice.rows.lowerBound
      var bound = Int64.max
      for (other, rival) in rest.enumerated() where other != next {
        // Of equal times the earlier arrival's is first: in one run of several imports that is seen row by row.
        let isMixed = rival.run == slice.run && columns.runs[rival.run].importOrder != nil
        bound = min(bound, other < next || isMixed ? time(rival) - 1 : time(rival))
      }
      let end = columns.views[slice.run].firstRow(in: (first + 1)..<slice.rows.upperBound) {
        $0 > bound
      }
      append(slice.run, first..<end)
      if end == slice.rows.upperBound {
        rest.remove(at: next)
      } else {
        rest[next] = MixedUsers.Slice(
          run: slice.run, user: slice.user, rows: end..<slice.rows.upperBound)
      }
    }
  }

  /// When a slice's next row was, and of equal times what says which arrived first.
  private func head(_ slice: MixedUsers.Slice) -> (Int64, Int, UInt32) {
    let order = columns.runs[slice.run].importOrder
    return (time(slice), slice.run, order?[slice.rows.lowerBound] ?? 0)
  }

  private func time(_ slice: MixedUsers.Slice) -> Int64 {
    columns.views[slice.run].times[slice.rows.lowerBound]
  }

  private func append(_ index: Int, _ rows: Range<Int>) {
    let (run, source) = (columns.views[index], columns.runs[index])
    (times + count).update(from: run.times + rows.lowerBound, count: rows.count)
    for row in rows { values[count &+ row &- rows.lowerBound] = run.value(row) }
    run.events.copy(rows, source.eventCodes, to: codes[0] + count)
    run.sources.copy(rows, source.sourceCodes, to: codes[1] + count)
    for property in 0..<(codes.count - 2) {
      run.properties[property].copy(
        rows, source.propertyCodes[property], to: codes[2 + property] + count)
    }
    count += rows.count
  }
}
