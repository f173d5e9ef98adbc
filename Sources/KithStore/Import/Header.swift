/// Which column of a file is which field, and which are properties.
struct Header {
  /// The column of each field that has one.
  let fields: [Field: Int]
  /// Every other column with the name it is stored under.
  let others: [Other]
  let warnings: [String]
  let headers: [String]

  var count: Int { headers.count }

  func column(_ name: String) -> Int? {
    headers.firstIndex { $0.utf8.elementsEqual(name.utf8) }
  }

  struct Other: Equatable {
    var column: Int
    var name: String
    /// Whether the name is from the file; a column without one is left out where it is empty.
    var isNamed: Bool
  }

  /// Finds the columns: by `map`, else by a field's own name, else by a synonym.
  /// - Throws: where a required field has no column or several, or a header stands twice.
  init(
    _ headers: [String], file: String, fields wanted: [Field], required: [Field],
    map: [(field: String, column: String)]
  ) throws(ImportError) {
    self.headers = headers
    var seen: Set<[UInt8]> = []
    for header in headers where !header.isEmpty {
      guard seen.insert(Array(header.utf8)).inserted else {
        throw .duplicateHeader(file: file, header: header)
      }
    }
    var found = try Self.mapped(headers, file: file, fields: wanted, map: map)
    for field in wanted where found[field] == nil {
      let taken = Set(found.values)
      let free = headers.indices.filter { !taken.contains($0) && !headers[$0].isEmpty }
      var candidates = free.filter { column in
        field.names.contains { $0.utf8.elementsEqual(headers[column].utf8) }
      }
      if candidates.isEmpty {
        candidates = free.filter { column in
          field.synonyms.contains { $0.utf8.elementsEqual(normal(headers[column]).utf8) }
        }
      }
      guard candidates.count < 2 else {
        throw .twoColumns(
          file: file, field: field.rawValue, headers: candidates.map { headers[$0] })
      }
      found[field] = candidates.first
    }
    for field in required where found[field] == nil {
      throw .noColumn(file: file, field: field.rawValue, headers: headers)
    }
    fields = found
    (others, warnings) = Self.properties(
      headers, taken: Set(found.values), reserved: wanted, file: file)
  }

  /// Whether every column is what it was before more of them were found.
  func extends(_ earlier: Header) -> Bool {
    earlier.fields.allSatisfy { fields[$0.key] == $0.value }
      && others.starts(with: earlier.others)
  }

  private static func mapped(
    _ headers: [String], file: String, fields wanted: [Field],
    map: [(field: String, column: String)]
  ) throws(ImportError) -> [Field: Int] {
    var found: [Field: Int] = [:]
    for (name, column) in map {
      guard let field = wanted.first(where: { $0.names.contains(name) }) else {
        throw .unknownField(name, known: wanted.map(\.rawValue))
      }
      guard let place = headers.firstIndex(where: { $0.utf8.elementsEqual(column.utf8) }) else {
        throw .unknownColumn(file: file, column: column, headers: headers)
      }
      guard found[field] == nil, !found.values.contains(place) else {
        throw .mappedTwice(found[field] == nil ? column : name)
      }
      found[field] = place
    }
    return found
  }

  /// A column without a name is called by its place. One that has a field's own name, while another
  /// was mapped to that field, gets a number, since an export must be read again as what it is; so does
  /// one that has the name of a folded run's own column, since other tools tell columns apart by name.
  private static func properties(
    _ headers: [String], taken: Set<Int>, reserved: [Field], file: String
  ) -> ([Other], [String]) {
    var names = Set(headers.map { Array($0.utf8) })
    var others: [Other] = []
    var warnings: [String] = []
    for (column, header) in headers.enumerated() where !taken.contains(column) {
      let isTaken = header == "import" || reserved.contains { $0.names.contains(header) }
      guard header.isEmpty || isTaken else {
        others.append(Other(column: column, name: header, isNamed: true))
        continue
      }
      let base = header.isEmpty ? "column" : header
      var number = header.isEmpty ? column + 1 : 2
      while !names.insert(Array("\(base)_\(number)".utf8)).inserted { number += 1 }
      others.append(
        Other(column: column, name: "\(base)_\(number)", isNamed: !header.isEmpty))
      if !header.isEmpty {
        warnings.append("\(file): the column \(header) is kept as \(base)_\(number)")
      }
    }
    return (others, warnings)
  }
}

/// A header as synonyms are compared: ASCII letters in lower case, `_` for a blank or a dash.
private func normal(_ header: String) -> String {
  String(
    decoding: header.utf8.map { byte in
      switch byte {
      case 0x41...0x5A: byte | 0x20
      case 0x20, 0x2D: 0x5F
      default: byte
      }
    }, as: UTF8.self)
}
