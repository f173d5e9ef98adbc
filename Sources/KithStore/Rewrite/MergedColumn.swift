/// A column of several runs that become one: what each of them has of it.
struct MergedColumn {
  let name: String
  /// `property`, `attribute`; nil for a column of the format's own.
  let role: String?
  /// The union of the dictionaries; nil for a column of numbers or of texts row by row.
  let texts: TextUnion?
  private let parts: [Part]
  private let nullCount: Int

  /// What one run has of a column.
  private enum Part {
    /// Every row is empty.
    case absent
    case codes(CodeView)
    /// Every row has the one text of the dictionary.
    case constant
    case numbers(IntegerView)
    case texts(TextColumn)

    var validity: UnsafeRawPointer? {
      switch self {
      case .absent, .constant: nil
      case .codes(let view): view.validity
      case .numbers(let view): view.validity
      case .texts(let column): column.validity?.baseAddress
      }
    }
  }

  /// The bytes of a dictionary whose offsets have 32 bits.
  var size: Int { texts?.size ?? 0 }

  /// All columns but users and times, in the order in which runs have them.
  static func all(
    of sources: [RunSource], kind: RunKind, withImports: Bool
  ) throws(DamagedFile) -> [MergedColumn] {
    var columns: [MergedColumn] = []
    if kind == .events {
      columns.append(try dictionary("event", role: nil, of: sources))
      columns.append(try dictionary("source", role: nil, of: sources))
      columns.append(try numbers("value", of: sources))
      if sources.contains(where: { $0.file.ownIfAny("event_id") != nil }) {
        columns.append(try rowTexts("event_id", of: sources))
      }
    }
    if withImports { columns.append(try imports(of: sources)) }
    let role = kind == .events ? "property" : "attribute"
    var names: [String] = []
    for source in sources {
      for field in source.file.schema.fields where field.notes["role"] == role {
        if !names.contains(where: { $0.utf8.elementsEqual(field.name.utf8) }) {
          names.append(field.name)
        }
      }
    }
    for name in names { columns.append(try dictionary(name, role: role, of: sources)) }
    return columns
  }

  private static func dictionary(
    _ name: String, role: String?, of sources: [RunSource]
  ) throws(DamagedFile) -> MergedColumn {
    var parts: [Part] = []
    var tables: [TextTable] = []
    var used: [[Bool]?] = []
    for source in sources {
      guard let place = source.file.place(name, role: role) else {
        parts.append(.absent)
        tables.append(.empty)
        used.append(nil)
        continue
      }
      let (codes, texts) = try source.file.codes(place)
      guard codes.areBelow(texts.count, rows: source.rows) else {
        throw DamagedFile(source.file.name, .code(column: name))
      }
      guard texts.hasSoundOffsets, texts.isSorted else {
        throw DamagedFile(source.file.name, .order(column: name))
      }
      parts.append(.codes(codes))
      tables.append(texts)
      used.append(
        source.dropped.isEmpty
          ? nil : source.used(texts.count) { Int(codes[$0]) })
    }
    return MergedColumn(name, role, TextUnion(tables, used: used), parts, sources)
  }

  /// The journal entry of the import that each row came with.
  private static func imports(of sources: [RunSource]) throws(DamagedFile) -> MergedColumn {
    var parts: [Part] = []
    var tables: [TextTable] = []
    for source in sources {
      guard let place = source.file.ownIfAny("import") else {
        parts.append(.constant)
        tables.append(TextTable([source.run.importID]))
        continue
      }
      let (codes, texts) = try source.file.codes(place)
      guard codes.areBelow(texts.count, rows: source.rows) else {
        throw DamagedFile(source.file.name, .code(column: "import"))
      }
      guard texts.hasSoundOffsets, texts.isSorted else {
        throw DamagedFile(source.file.name, .order(column: "import"))
      }
      parts.append(.codes(codes))
      tables.append(texts)
    }
    let union = TextUnion(tables, used: tables.map { _ in nil })
    return MergedColumn("import", nil, union, parts, sources)
  }

  private static func numbers(
    _ name: String, of sources: [RunSource]
  ) throws(DamagedFile) -> MergedColumn {
    var parts: [Part] = []
    for source in sources {
      parts.append(.numbers(try source.file.integers(try source.file.own(name))))
    }
    return MergedColumn(name, nil, nil, parts, sources)
  }

  private static func rowTexts(
    _ name: String, of sources: [RunSource]
  ) throws(DamagedFile) -> MergedColumn {
    var parts: [Part] = []
    for source in sources {
      guard let place = source.file.ownIfAny(name) else {
        parts.append(.absent)
        continue
      }
      let (texts, validity) = try source.file.texts(place)
      guard texts.hasSoundOffsets else { throw DamagedFile(source.file.name, .size) }
      parts.append(.texts(TextColumn(texts: texts, validity: validity)))
    }
    return MergedColumn(name, nil, nil, parts, sources)
  }

  private init(
    _ name: String, _ role: String?, _ texts: TextUnion?, _ parts: [Part], _ sources: [RunSource]
  ) {
    self.name = name
    self.role = role
    self.texts = texts
    self.parts = parts
    var nulls = 0
    for (part, source) in zip(parts, sources) {
      if case .absent = part {
        source.forEachKept { nulls += $0.count }
      } else if let bits = part.validity {
        source.forEachKept { rows in
          for row in rows where !isSet(bits, row) { nulls &+= 1 }
        }
      }
    }
    nullCount = nulls
  }
}

extension ArrowFile {
  /// The place of a column by its name and what is noted of it.
  fileprivate func place(_ name: String, role: String?) -> Int? {
    schema.fields.firstIndex { $0.name.utf8.elementsEqual(name.utf8) && $0.notes["role"] == role }
  }
}

extension MergedColumn {
  /// The column as the plan orders it; `id` is its dictionary's.
  func written<Failure>(by plan: RowPlan, id: Int) -> ArrowWriter<Failure>.Column {
    let validity: ArrowWriter<Failure>.Buffer =
      nullCount == 0 ? .empty : plan.bits { fillValidity($0, $1, $2) }
    let nullable = nullCount > 0
    if let texts {
      let bits = texts.count <= 1 << 8 ? 8 : texts.count <= 1 << 16 ? 16 : 32
      let data: ArrowWriter<Failure>.Buffer =
        switch bits {
        case 8: codes(plan, UInt8.self)
        case 16: codes(plan, UInt16.self)
        default: codes(plan, UInt32.self)
        }
      return .init(
        field: ArrowField(
          name: name, type: .dictionary(id: id, codeBits: bits, large: false), nullable: nullable,
          notes: role.map { ["role": $0] } ?? [:]),
        nullCount: nullCount, buffers: [validity, data], dictionary: texts.written(large: false))
    }
    if parts.contains(where: { if case .numbers = $0 { true } else { false } }) {
      return .init(
        field: ArrowField(name: name, type: .decimal, nullable: nullable), nullCount: nullCount,
        buffers: [validity, plan.numbers { fillNumbers($0, $1, $2) }])
    }
    return .init(
      field: ArrowField(name: name, type: .text(large: true), nullable: nullable),
      nullCount: nullCount, buffers: [validity, offsets(plan), bytes(plan)])
  }

  private func fillValidity(_ source: Int, _ rows: Range<Int>, _ out: UnsafeMutablePointer<UInt8>) {
    let part = parts[source]
    if let bits = part.validity {
      for row in rows { out[row &- rows.lowerBound] = isSet(bits, row) ? 1 : 0 }
      return
    }
    var isThere: UInt8 = 1
    if case .absent = part { isThere = 0 }
    out.update(repeating: isThere, count: rows.count)
  }

  private func codes<Code: FixedWidthInteger, Failure>(
    _ plan: RowPlan, _: Code.Type
  ) -> ArrowWriter<Failure>.Buffer {
    // Narrow, so that what is looked up stays in the cache; a text that is left out has no row.
    let translations = (texts?.translations ?? []).map { $0.map { Code(truncatingIfNeeded: $0) } }
    return plan.numbers { (source, rows, out: UnsafeMutablePointer<Code>) in
      switch parts[source] {
      case .codes(let view):
        translations[source].withUnsafeBufferPointer { table in
          translate(view, rows, by: table, to: out)
        }
      case .constant: out.update(repeating: translations[source][0], count: rows.count)
      default: out.update(repeating: 0, count: rows.count)
      }
    }
  }

  private func fillNumbers(_ source: Int, _ rows: Range<Int>, _ out: UnsafeMutablePointer<Int64>) {
    if case .numbers(let view) = parts[source] { copy(view.numbers, rows, to: out) }
  }

  private func offsets<Failure>(_ plan: RowPlan) -> ArrowWriter<Failure>.Buffer {
    .init(size: (plan.rows + 1) * 8) { (sink) throws(Failure) in
      var end: Int64 = 0
      try send([end], to: sink)
      let ends: ArrowWriter<Failure>.Buffer = plan.numbers {
        (source, rows, out: UnsafeMutablePointer<Int64>) in
        guard case .texts(let column) = parts[source] else {
          out.update(repeating: end, count: rows.count)
          return
        }
        let shift = end &- Int64(column.texts.end(rows.lowerBound))
        for row in rows {
          out[row &- rows.lowerBound] = Int64(column.texts.end(row &+ 1)) &+ shift
        }
        end = Int64(column.texts.end(rows.upperBound)) &+ shift
      }
      try ends.write(sink)
    }
  }

  private func bytes<Failure>(_ plan: RowPlan) -> ArrowWriter<Failure>.Buffer {
    var size = 0
    plan.forEachPiece { (source, rows) throws(Never) in
      if case .texts(let column) = parts[source] {
        size += column.texts.end(rows.upperBound) - column.texts.end(rows.lowerBound)
      }
    }
    return .init(size: size) { (sink) throws(Failure) in
      var block: [UInt8] = []
      block.reserveCapacity(1 << 20)
      try plan.forEachPiece { (source, rows) throws(Failure) in
        guard case .texts(let column) = parts[source] else { return }
        let texts = column.texts
        let part = UnsafeRawBufferPointer(
          rebasing: texts.all[texts.end(rows.lowerBound)..<texts.end(rows.upperBound)])
        if block.count + part.count > 1 << 20 {
          try send(block, to: sink)
          block.removeAll(keepingCapacity: true)
        }
        if part.count > 1 << 19 { try sink(part) } else { block.append(contentsOf: part) }
      }
      try send(block, to: sink)
    }
  }
}

/// Codes of some rows in another dictionary; where a row is empty, any code.
private func translate<Code: FixedWidthInteger>(
  _ view: CodeView, _ rows: Range<Int>, by table: UnsafeBufferPointer<Code>,
  to out: UnsafeMutablePointer<Code>
) {
  func run<From: FixedWidthInteger>(_: From.Type) {
    let codes = view.data.assumingMemoryBound(to: From.self)
    let isWhole = view.validity == nil
    for row in rows {
      let code = Int(codes[row])
      // What stands under an empty row was never checked.
      out[row &- rows.lowerBound] = isWhole || code < table.count ? table[code] : 0
    }
  }
  switch view.bits {
  case 8: run(UInt8.self)
  case 16: run(UInt16.self)
  default: run(UInt32.self)
  }
}
