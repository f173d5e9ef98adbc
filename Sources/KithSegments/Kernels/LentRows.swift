import KithStore

/// The runs as kernels read them, with the rows of one of the base's users copied into memory.
///
/// The rows of a page of users lie far from each other. In a large file, to touch one maps the pages around
/// it, one column at a time; to copy the few bytes that are meant takes less. The copies are pointed to as
/// if the whole column were there, so that rows keep their numbers.
final class LentRows {
  /// What is copied of a row.
  enum Extent { case nothing, timeAndValue, sourceToo }

  private let run: RunColumns
  private let hasSources: Bool
  private let whole: RunView
  private let starts: RunStarts
  private let base: Int
  private let copied: UnsafeMutableBufferPointer<RunView>
  private var user = -1
  private let times = Buffer()
  private let sources = Buffer()
  private let values = Buffer()

  /// nil where there is no base, or nothing is to be copied.
  init?(_ columns: Columns, _ extent: Extent) {
    guard extent != .nothing, let base = columns.users.base else { return nil }
    hasSources = extent == .sourceToo
    self.base = base
    run = columns.runs[base]
    whole = columns.views[base]
    starts = RunStarts(remembering: run.rowStarts)
    copied = .allocate(capacity: columns.views.count)
    _ = copied.initialize(from: columns.views)
  }

  deinit { copied.deallocate() }

  /// By run, good as long as this is held; the base's is good for the user who was lent last.
  var views: UnsafeBufferPointer<RunView> { UnsafeBufferPointer(copied) }

  /// Copies the rows of a user whom the base alone has; of another, nil, the base is read where it lies.
  func lend(_ user: Int?) {
    guard let user else {
      self.user = -1
      copied[base] = whole
      return
    }
    guard user != self.user else { return }
    self.user = user
    let rows = starts.rows(of: user)
    copied[base] = RunView(
      whole, starts: starts,
      times: copy(rows, of: whole.times, to: times),
      sources: hasSources ? copiedSources(rows) : nil,
      values: valued(rows).map { copy($0, of: whole.values, to: values) } ?? whole.values)
  }

  /// nil where no row has a source.
  private func copiedSources(_ rows: Range<Int>) -> UnsafeRawPointer? {
    whole.sources.data.map { data in
      let size = whole.sources.bits / 8
      return copy(
        UnsafeRawBufferPointer(start: data + rows.lowerBound * size, count: rows.count * size),
        to: sources) - rows.lowerBound * size
    }
  }

  /// From the first to the last of some rows that has a value; nil where none has, or they are so many that
  /// what is kept of their sum is looked at instead.
  private func valued(_ rows: Range<Int>) -> Range<Int>? {
    guard rows.count < Sheet.manyEvents else { return nil }
    guard let bits = whole.valueBits else { return rows }
    var found: (first: Int, last: Int)?
    eachBit(bits, rows) { row in
      found = (found?.first ?? row, row)
      return true
    }
    return found.map { $0.first..<($0.last + 1) }
  }

  private func copy(
    _ rows: Range<Int>, of numbers: UnsafePointer<Int64>, to buffer: Buffer
  ) -> UnsafePointer<Int64> {
    let part = UnsafeRawBufferPointer(
      UnsafeBufferPointer(start: numbers + rows.lowerBound, count: rows.count))
    return copy(part, to: buffer).assumingMemoryBound(to: Int64.self) - rows.lowerBound
  }

  private func copy(_ part: UnsafeRawBufferPointer, to buffer: Buffer) -> UnsafeRawPointer {
    let memory = buffer.room(part.count)
    run.copy(part, to: memory)
    return UnsafeRawPointer(memory)
  }

  /// Memory that is used again, as large as was needed so far.
  private final class Buffer {
    private var size = 1 << 12
    private var memory = UnsafeMutableRawPointer.allocate(byteCount: 1 << 12, alignment: 64)

    deinit { memory.deallocate() }

    func room(_ wanted: Int) -> UnsafeMutableRawPointer {
      if wanted > size {
        memory.deallocate()
        size = wanted * 2
        memory = .allocate(byteCount: size, alignment: 64)
      }
      return memory
    }
  }
}
