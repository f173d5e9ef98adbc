package import KithSystem

/// A small Arrow file of nothing but texts: the audience of a wave.
///
/// Columns are `large_utf8`, a missing text being null; every row has every column.
package struct TextColumnsFile {
  package var names: [String]
  package var columns: [[String?]]

  package init(names: [String], columns: [[String?]]) {
    self.names = names
    self.columns = columns
  }

  /// The file's bytes. `kind` is noted in the schema, beside `format: 1`.
  package func bytes(kind: String) -> [UInt8] {
    var bytes: [UInt8] = []
    let rows = columns.first?.count ?? 0
    ArrowWriter<Never>.write(
      rows: rows, columns: zip(names, columns).map(Self.column),
      notes: ["format": "1", "kind": kind]
    ) { bytes.append(contentsOf: $0) }
    return bytes
  }

  /// Reads a file of the kind, every size and offset checked.
  package init(_ mapped: MappedBytes, name: String, kind: String) throws(DamagedFile) {
    let file = try ArrowFile(mapped, name: name, kind: kind)
    names = file.schema.fields.map(\.name)
    columns = []
    for index in names.indices {
      let (texts, validity) = try file.texts(index)
      guard texts.count == file.rows else { throw DamagedFile(name, .size) }
      columns.append(
        (0..<file.rows).map { row in
          if let validity, !isSet(validity, row) { return nil }
          return texts.text(row)
        })
    }
  }

  private static func column(_ name: String, _ texts: [String?]) -> ArrowWriter<Never>.Column {
    let nulls = texts.count { $0 == nil }
    var ends: [Int64] = [0]
    var bytes: [UInt8] = []
    for text in texts {
      bytes.append(contentsOf: (text ?? "").utf8)
      ends.append(Int64(bytes.count))
    }
    return .init(
      field: ArrowField(name: name, type: .text(large: true), nullable: true), nullCount: nulls,
      buffers: [
        nulls == 0 ? .empty : .bits(texts.count) { texts[$0] != nil }, .numbers(ends),
        .numbers(bytes),
      ])
  }
}
