import KithSystem

/// The rows of an import, or of a part of it, as they were gathered, block by block.
struct GatheredEvents {
  let blocks: [RowBlock]
  let rows: Int
  /// Whether a file ends among the rows.
  let areOfSeveralFiles: Bool
  private let takers: [Held<EventRows>]
  private let bucketRows: Int

  init(_ takers: [Held<EventRows>], _ gathered: Gathered<[RowBlock]>, bucketRows: Int) {
    self.takers = takers
    self.bucketRows = bucketRows
    blocks = gathered.rows.flatMap { $0 }
    let rows = blocks.reduce(0) { $0 + $1.rows }
    self.rows = rows
    areOfSeveralFiles = gathered.fileEnds.contains {
      $0 > gathered.rowCount - rows && $0 < gathered.rowCount
    }
  }

  /// Properties in the order in which they were met, without columns that have neither name nor value.
  private var properties: [String] {
    // All threads begin each header, in one order; a name that came late is where it was met first.
    var names: [String] = []
    var known: Set<[UInt8]> = []
    let unnamed = takers.reduce(into: Set<String>()) { $0.formUnion($1.value.unnamed) }
    for taker in takers {
      for property in taker.value.properties {
        guard known.insert(Array(property.name.utf8)).inserted else { continue }
        names.append(property.name)
      }
    }
    return names.filter { name in
      !unnamed.contains(name)
        || takers.contains { taker in
          taker.value.properties.contains {
            $0.name.utf8.elementsEqual(name.utf8) && $0.index.count > 0
          }
        }
    }
  }

  var hasEventIDs: Bool { takers.contains { $0.value.hasEventIDs } }

  /// The bytes of each column's texts, at most.
  var columnSizes: [(name: String, size: Int)] {
    var sizes: [String: Int] = [:]
    for taker in takers {
      for names in [taker.value.events, taker.value.sources] + taker.value.properties {
        sizes[names.name, default: 0] += names.index.textSize
      }
    }
    return sizes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The rows in the order of a run; with `keepingPlaces` it can be said where each of them was. Rows cannot
  /// be asked for otherwise after that.
  func table(keepingPlaces: Bool) -> EventTable {
    let shared = SharedBlocks(blocks)
    let mayHoldUnused = takers.contains { $0.value.mayHoldUnused }
    var layout = WordLayout()
    let times = PackedTimes(blocks, &layout)
    func codes(
      _ names: (EventRows) -> NameIndex?, _ codes: @escaping (RowBlock) -> RowBlock.Codes?
    ) -> PackedCodes {
      PackedCodes(
        shared, takers.map { names($0.value)?.index }, mayHoldUnused: mayHoldUnused, &layout, codes)
    }
    var columns = [codes(\.events) { $0.events }, codes(\.sources) { $0.sources }]
    let properties = properties
    // In the file they stand behind the values, for which the first word gives way.
    layout.beginWord()
    for name in properties {
      let places = takers.map { taker in
        taker.value.properties.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
      }
      columns.append(
        codes { thread in
          places[thread.worker].map { thread.properties[$0] }
        } _: { block in
          guard let place = places[block.worker], place < block.properties.count else { return nil }
          return block.properties[place]
        })
    }
    var users = takers.map(\.value.users)
    let packing = Packing(
      times: times, codes: columns, words: layout.words, bits: layout.firstBits)
    let sorted = SortedRows(
      shared, users: &users, packing, bucketRows: bucketRows, keepingPlaces: keepingPlaces)
    for (taker, users) in zip(takers, users) { taker.value.users = users }
    return EventTable(sorted: sorted, properties: properties, hasEventIDs: hasEventIDs)
  }

  /// The rows in the order of arrival.
  var columns: EventColumns {
    var columns = EventColumns(seed: takers.first?.value.seed ?? 0)
    if hasEventIDs { columns.beginEventIDs() }
    let places = properties.map { name in
      takers.map { taker in
        taker.value.properties.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
      }
    }
    for name in properties { _ = columns.property(name) }
    let empty = UnsafeRawBufferPointer(start: nil, count: 0)
    func text(_ codes: RowBlock.Codes?, _ index: TextIndex, _ row: Int) -> UnsafeRawBufferPointer {
      guard let code = codes?[row], code != absentCode else { return empty }
      return index.text(code)
    }
    for block in blocks {
      let thread = takers[block.worker].value
      var value = 0
      for row in 0..<block.rows {
        columns.users.append(thread.users.text(block.users[row]))
        columns.times.append(block.times.time(row))
        columns.events.append(text(block.events, thread.events.index, row))
        columns.sources.append(text(block.sources, thread.sources.index, row))
        if value < block.values.count, Int(block.values.rows[value]) == row {
          columns.append(block.values.numbers[value])
          value += 1
        } else {
          columns.append(nil as Int64?)
        }
        if hasEventIDs { block.withEventID(row) { columns.eventIDs?.append($0) } }
        for (property, places) in places.enumerated() {
          guard let place = places[block.worker], place < block.properties.count else {
            columns.properties[property].append(empty)
            continue
          }
          columns.properties[property].append(
            text(block.properties[place], thread.properties[place].index, row))
        }
      }
    }
    return columns
  }
}

extension RowBlock {
  /// The id of a row; empty where it has none.
  func withEventID(_ row: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
    guard let eventIDs else { return body(UnsafeRawBufferPointer(start: nil, count: 0)) }
    eventIDs.withText(row, body)
  }
}
