// The fast path: lines whose cells can be found by their marks alone, and whose cells are plain. Every
// other line is left to the careful reader, which knows every rule; so here only what is plain has to
// be told from what is not. A text that is known already was found good when it came in, and needs no
// second look.
//
// Left to the careful reader are: a line with fewer or more cells than the header; a quoted cell with a
// quote or a line end in it, or with something behind it; cells with blanks around them or with control
// characters; texts that are new and no UTF-8; and every cell that is wrong.

import KithSystem

/// Why reading plain lines stopped.
private enum LineStop {
  /// The columns are full.
  case full
  /// The marks are used up.
  case more
  /// The line is not plain.
  case care
}

extension EventRows {
  /// Reads all lines of a chunk that has been opened in the reader.
  mutating func read(
    _ chunk: Chunk, _ reader: RecordReader, _ rejects: inout ChunkRejects,
    renewing header: () -> Header
  ) throws(ImportError) {
    guard !isCareful else { return try readCarefully(reader, &rejects, renewing: header) }
    chunk.closeLine()
    let start = (reader.place, reader.line)
    let before = rejects
    if let delimiter = reader.delimiter {
      try readPlainly(reader, delimiter, &rejects, renewing: header) { _ in
        DelimitedCutter(delimiter: delimiter)
      }
    } else {
      try readPlainly(reader, 0x5C, &rejects, renewing: header) { JSONCutter($0) }
    }
    flush()
    guard needsCare else { return }
    forgetChunk()
    rejects = before
    (reader.place, reader.line) = start
    try readCarefully(reader, &rejects, renewing: header)
  }

  @inline(__always)
  private mutating func readPlainly<Cutter: LineCutter>(
    _ reader: RecordReader, _ mark: UInt8, _ rejects: inout ChunkRejects,
    renewing header: () -> Header, _ cutter: (JSONKeys) -> Cutter
  ) throws(ImportError) {
    let text = reader.text
    guard let base = text.baseAddress else { return }
    var columns = reader.keys.count
    var lines = cutter(reader.keys)
    marks.close()
    while reader.place < text.count, !needsCare {
      let before = row
      var place = reader.place
      let stop = readLines(lines, base, &place)
      reader.place = min(place, text.count)
      reader.line += row - before
      switch stop {
      case .full: flush()
      case .more where place != marks.start:
        // The line end behind the text is one of the marks.
        marks.open(base, from: place, end: text.count + 1, mark)
      case .more, .care:
        forgetLine()
        try readRecord(reader, &rejects, renewing: header)
        marks.skip(to: reader.place)
        if reader.keys.count > columns {
          columns = reader.keys.count
          lines = cutter(reader.keys)
        }
      }
    }
  }

  /// Reads lines from a place on, which is moved behind the last one that was taken.
  ///
  /// All that the loop needs is held in local constants, since a pointer that is written through could
  /// reach everything else.
  @inline(never)
  private mutating func readLines<Cutter: LineCutter>(
    _ cutter: Cutter, _ text: UnsafeRawPointer, _ place: inout Int
  ) -> LineStop {
    let (cells, pending, users, emptySource) = (cells, pending, users, emptySource)
    let (userColumn, timeColumn, eventColumn) = (self.place.user, self.place.time, self.place.event)
    let (value, source) = (self.place.value ?? cells.count, self.place.source ?? cells.count)
    let hasMore = hasEventIDs || !self.place.properties.isEmpty
    var (times, marks, row, line) = (times, marks, row, place)
    defer { (self.times, self.marks, self.row, place) = (times, marks, row, line) }
    @inline(__always) func size(_ column: Int) -> Int {
      Int(truncatingIfNeeded: cells.ends[column] &- cells.starts[column])
    }
    @inline(__always) func start(_ column: Int) -> UnsafeRawPointer {
      text + Int(cells.starts[column])
    }
    while row < Self.blockRows {
      let mark = marks.next
      let next = cutter.cut(text, line, cells, &marks)
      guard next >= 0 else { return next == LineCut.more ? .more : .care }
      let (user, userSize) = (start(userColumn), size(userColumn))
      guard userSize &- 1 < 1024, userSize > 0, isTrimmed(user, userSize),
        let time = times.readPlain(start(timeColumn), size(timeColumn)), size(eventColumn) > 0
      else {
        marks.next = mark
        return .care
      }
      pending.userStarts[row] = user
      pending.userSizes[row] = UInt32(truncatingIfNeeded: userSize)
      pending.userHashes[row] = users.hash(user, userSize)
      pending.times[row] = time
      let event = events.plainCode(start(eventColumn), size(eventColumn), row, &newTextRow)
      pending.events[row] = event
      var isPlain = event != absentCode
      var code = emptySource
      if size(source) > 0 {
        code = sources.plainCode(start(source), size(source), row, &newTextRow)
        isPlain = isPlain && code != absentCode
      }
      pending.sources[row] = code
      if size(value) > 0 { isPlain = takeValue(start(value), size(value), row) && isPlain }
      if hasMore { isPlain = takeOthers(text, cells, row) && isPlain }
      guard isPlain else {
        marks.next = mark
        return .care
      }
      row &+= 1
      line = next
    }
    return .full
  }
}

extension EventRows {
  /// What only some files have: ids of events, and properties; false where a cell is not plain.
  @inline(never)
  private mutating func takeOthers(
    _ text: UnsafeRawPointer, _ cells: LineCells, _ row: Int
  ) -> Bool {
    func cell(_ column: Int) -> UnsafeRawBufferPointer {
      let (start, end) = (Int(cells.starts[column]), Int(cells.ends[column]))
      return UnsafeRawBufferPointer(start: text + start, count: end - start)
    }
    for (column, property) in place.properties {
      let cell = cell(column)
      guard let start = cell.baseAddress, cell.count > 0 else { continue }
      let code = properties[property].plainCode(start, cell.count, row, &newTextRow)
      guard code != absentCode else { return false }
      propertyCodes[property][row] = code
    }
    if hasEventIDs {
      let id = cell(place.eventID ?? cells.count)
      guard id.isEmpty || isPlainText(id) else { return false }
      appendEventID(id)
    }
    return true
  }

  @inline(never)
  private mutating func takeValue(_ text: UnsafeRawPointer, _ size: Int, _ row: Int) -> Bool {
    do throws(ValueProblem) {
      let value = try readValue(UnsafeRawBufferPointer(start: text, count: size))
      values.append((UInt32(truncatingIfNeeded: row), value))
      return true
    } catch {
      return false
    }
  }
}

extension NameIndex {
  /// The code of a name; absent where it is new and not plain. `newRow` becomes the row that it is new
  /// for.
  @inline(__always)
  mutating func plainCode(
    _ text: UnsafeRawPointer, _ size: Int, _ row: Int, _ newRow: inout Int
  ) -> UInt32 {
    let code = recent.find(text, size)
    return code == absentCode ? seldomCode(text, size, row, &newRow) : code
  }

  @inline(never)
  private mutating func seldomCode(
    _ text: UnsafeRawPointer, _ size: Int, _ row: Int, _ newRow: inout Int
  ) -> UInt32 {
    let known = find(text, size)
    if known != absentCode { return known }
    let bytes = UnsafeRawBufferPointer(start: text, count: size)
    guard isPlainText(bytes) else { return absentCode }
    newRow = row
    return code(bytes)
  }
}

/// Whether a text neither begins nor ends with a blank.
@inline(__always)
private func isTrimmed(_ text: UnsafeRawPointer, _ size: Int) -> Bool {
  text.load(as: UInt8.self) > 0x20 && text.load(fromByteOffset: size &- 1, as: UInt8.self) > 0x20
}

/// Whether a text without control characters is UTF-8, and has no blanks around it.
private func isPlainText(_ text: UnsafeRawBufferPointer) -> Bool {
  guard let start = text.baseAddress else { return false }
  return isTrimmed(start, text.count) && isText(text)
}
