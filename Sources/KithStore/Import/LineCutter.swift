import KithSystem

/// Finds the cells of plain lines by the marks of their text.
protocol LineCutter {
  /// Finds the cells of the line that begins at a place; returns where the next one begins, or a
  /// ``LineCut``. The marks before that place are then passed.
  func cut(
    _ text: UnsafeRawPointer, _ line: Int, _ cells: LineCells, _ marks: inout MarkWindow
  ) -> Int
}

/// Why a line has no cells.
enum LineCut {
  /// It is left to the careful reader.
  static let care = -1
  /// There are too few marks to tell.
  static let more = -2
}

/// Where the cells of one line lie, by column, counted from the start of the text.
///
/// One more cell, behind the last, is always empty: what a file has no column for is read from there.
struct LineCells {
  let count: Int
  let starts: UnsafeMutablePointer<UInt32>
  let ends: UnsafeMutablePointer<UInt32>

  init(_ count: Int) {
    self.count = count
    starts = .allocate(capacity: count + 1)
    ends = .allocate(capacity: count + 1)
    clear()
    put(count, 0, 0)
  }

  func free() {
    starts.deallocate()
    ends.deallocate()
  }

  /// Makes all cells empty.
  @inline(__always)
  func clear() {
    for column in 0..<count { put(column, 0, 0) }
  }

  @inline(__always)
  func put(_ column: Int, _ start: Int, _ end: Int) {
    starts[column] = UInt32(truncatingIfNeeded: start)
    ends[column] = UInt32(truncatingIfNeeded: end)
  }
}

/// The marks of a part of a text, small enough that they stay in the core's own cache.
struct MarkWindow {
  private static let size = 1 << 16

  let places: UnsafeMutablePointer<UInt32>
  private(set) var count = 0
  /// The first mark that is not passed.
  var next = 0
  /// Where the window begins; -1 while none is open.
  private(set) var start = -1

  init() {
    places = .allocate(capacity: Self.size + TextMarks.spare)
  }

  func free() { places.deallocate() }

  /// Finds the marks from a place on. `end` is that of the text; what lies behind it may be loaded.
  mutating func open(_ text: UnsafeRawPointer, from start: Int, end: Int, _ one: UInt8) {
    self.start = start
    next = 0
    count = TextMarks.find(in: text, start..<min(start + Self.size, end), one, into: places)
  }

  mutating func close() { (start, next, count) = (-1, 0, 0) }

  /// Passes all marks before a place.
  mutating func skip(to place: Int) {
    while next < count, Int(places[next]) < place { next += 1 }
  }
}

/// Lines of delimited text. A quoted cell is one without a quote or a line end in it.
struct DelimitedCutter: LineCutter {
  let delimiter: UInt8

  @inline(__always)
  func cut(
    _ text: UnsafeRawPointer, _ line: Int, _ cells: LineCells, _ marks: inout MarkWindow
  ) -> Int {
    guard marks.next &+ cells.count <= marks.count else { return LineCut.more }
    let places = marks.places + marks.next
    let last = cells.count &- 1
    var start = line
    for column in 0..<last {
      let end = Int(places[column])
      cells.put(column, start, end)
      guard text.load(fromByteOffset: end, as: UInt8.self) == delimiter else {
        return cutWithQuotes(text, line, cells, &marks)
      }
      start = end &+ 1
    }
    let end = Int(places[last])
    cells.put(last, start, end)
    guard text.load(fromByteOffset: end, as: UInt8.self) == 0x0A else {
      return cutWithQuotes(text, line, cells, &marks)
    }
    marks.next &+= cells.count
    return end &+ 1
  }

  /// As ``cut``, of a line that has quotes or ends with CR LF.
  @inline(never)
  private func cutWithQuotes(
    _ text: UnsafeRawPointer, _ line: Int, _ cells: LineCells, _ marks: inout MarkWindow
  ) -> Int {
    var place = line
    var mark = marks.next
    func byte(_ place: Int) -> UInt8 { text.load(fromByteOffset: place, as: UInt8.self) }
    for column in 0..<cells.count {
      if byte(place) == 0x22 {
        mark &+= 1
        while mark < marks.count, byte(Int(marks.places[mark])) == delimiter { mark &+= 1 }
        guard mark < marks.count else { return LineCut.more }
        let close = Int(marks.places[mark])
        guard byte(close) == 0x22 else { return LineCut.care }
        cells.put(column, place &+ 1, close)
        place = close &+ 1
        mark &+= 1
        guard mark < marks.count else { return LineCut.more }
      } else {
        guard mark < marks.count else { return LineCut.more }
        cells.put(column, place, Int(marks.places[mark]))
        place = Int(marks.places[mark])
      }
      guard Int(marks.places[mark]) == place else { return LineCut.care }
      if column == cells.count &- 1, byte(place) == 0x0D {
        place &+= 1
        mark &+= 1
        guard mark < marks.count else { return LineCut.more }
      }
      guard byte(place) == (column == cells.count &- 1 ? 0x0A : delimiter) else {
        return LineCut.care
      }
      place &+= 1
      mark &+= 1
    }
    marks.next = mark
    return place
  }
}
