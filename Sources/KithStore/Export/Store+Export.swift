/// Gives back what was imported, so that importing it again and exporting that gives the same bytes.
///
/// Rows are ordered by user, time and arrival; columns are the fields in a fixed order, then
/// properties in byte order of their names. Times are RFC 3339 in UTC with milliseconds.
extension Store {
  /// Writes all events as CSV, a block at a time.
  ///
  /// `spreadsheet` adds a byte-order mark and puts an apostrophe before each text that a spreadsheet
  /// would run as a formula; such a file is for people, not for importing again.
  public func exportEvents<Failure: Error>(
    spreadsheet: Bool = false, to write: ([UInt8]) throws(Failure) -> Void
  ) throws(ExportError<Failure>) {
    let snapshot: RunSnapshot
    do { snapshot = try runSnapshot(verifying: true) } catch { throw .store(error) }
    let hasIDs = snapshot.runs.contains { $0.eventIDs != nil }
    var table = CSVTable(spreadsheet: spreadsheet)
    let fields = ["user_id", "time", "event", "value", "source"] + (hasIDs ? ["event_id"] : [])
    table.header(fields + snapshot.properties.map(\.name))
    for user in snapshot.users.inOrderOfIDs(Array(0..<snapshot.userCount)) {
      let id = snapshot.users.id(of: user)
      for (run, row) in snapshot.places(of: user) {
        let columns = snapshot.runs[run]
        table.id(id)
        table.time(columns.times.numbers[row])
        table.text(columns.events.text(row))
        table.value(columns.values[row])
        table.text(columns.sources.text(row))
        if hasIDs { table.text(columns.eventIDs?[row]) }
        for place in snapshot.propertyPlaces {
          table.text(place[run].flatMap { columns.properties[$0.index].text(row) })
        }
        table.endRow()
      }
      do throws(Failure) { try table.flush(over: 1 << 16, to: write) } catch { throw .write(error) }
    }
    do throws(Failure) { try table.flush(over: 0, to: write) } catch { throw .write(error) }
  }

  /// Writes all attributes as CSV: `user_id`, `updated_at`, then attributes in byte order of names.
  public func exportUsers<Failure: Error>(
    spreadsheet: Bool = false, to write: ([UInt8]) throws(Failure) -> Void
  ) throws(ExportError<Failure>) {
    let snapshot: RunSnapshot
    do { snapshot = try runSnapshot(verifying: true) } catch { throw .store(error) }
    let runs = snapshot.writes.runs
    var table = CSVTable(spreadsheet: spreadsheet)
    table.header(["user_id", "updated_at"] + snapshot.attributes.map(\.name))
    let users = SnapshotUsers(runs.map(\.users), rows: runs.map(\.rows))
    for user in users.inOrderOfIDs(Array(0..<users.count)) {
      let slices = users.holders(of: user).map {
        (run: $0.run, rows: runs[$0.run].rows(of: $0.user))
      }
      mergeByTime(slices, time: { runs[$0].times.numbers[$1] }) { run, row in
        table.id(users.id(of: user))
        table.time(runs[run].times.numbers[row])
        for place in snapshot.writes.places {
          table.text(place[run].flatMap { runs[run].attributes[$0.index].text(row) })
        }
        table.endRow()
      }
      do throws(Failure) { try table.flush(over: 1 << 16, to: write) } catch { throw .write(error) }
    }
    do throws(Failure) { try table.flush(over: 0, to: write) } catch { throw .write(error) }
  }
}

/// Writes ids as CSV under the header `user_id`: what a segment is exported as.
package func exportIDs<Failure: Error>(
  _ ids: [String], spreadsheet: Bool = false, to write: ([UInt8]) throws(Failure) -> Void
) throws(Failure) {
  var table = CSVTable(spreadsheet: spreadsheet)
  table.header(["user_id"])
  for id in ids {
    withBytes(id) { table.id($0) }
    table.endRow()
    try table.flush(over: 1 << 16, to: write)
  }
  try table.flush(over: 0, to: write)
}

/// Why an export stopped: the store's reason, or that of who took the bytes.
public enum ExportError<Failure: Error>: Error {
  case store(StoreError)
  case write(Failure)
}

extension RunSnapshot {
  /// The rows of a user in order, each with its run.
  fileprivate func places(of user: Int) -> [(run: Int, row: Int)] {
    let slices = users.holders(of: user).map { (run: $0.run, rows: runs[$0.run].rows(of: $0.user)) }
    var places: [(run: Int, row: Int)] = []
    mergeByTime(slices, time: { runs[$0].times.numbers[$1] }) { places.append(($0, $1)) }
    return places
  }
}

extension DictionaryColumn {
  /// The text of a row; nil where empty.
  func text(_ row: Int) -> UnsafeRawBufferPointer? {
    let code = codes[row]
    return code == absentCode ? nil : texts[Int(code)]
  }
}
