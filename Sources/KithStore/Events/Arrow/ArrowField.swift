/// A column of an Arrow file: its name, its type, and what is noted beside it.
struct ArrowField: Equatable {
  var name: String
  var type: ArrowType
  var nullable: Bool
  var notes: ArrowNotes = [:]
}

/// Texts by name that a schema, a field or a footer carries. A list, since they are few, and a start pays
/// for its first dictionary.
struct ArrowNotes: Equatable, ExpressibleByDictionaryLiteral {
  struct Note: Equatable {
    var name: String
    var text: String
  }
  private(set) var all: [Note]

  init(dictionaryLiteral notes: (String, String)...) {
    all = notes.map { Note(name: $0, text: $1) }
  }

  /// Of two of one name the last.
  init(_ table: FlatTable, _ field: Int) throws(FlatTable.Malformed) {
    all = []
    for pair in try table.tables(field) {
      all.append(Note(name: try pair.text(0) ?? "", text: try pair.text(1) ?? ""))
    }
  }

  var isEmpty: Bool { all.isEmpty }

  subscript(name: String) -> String? { all.last { $0.name == name }?.text }

  var flatValue: FlatValue {
    .tables(all.map { .table([0: .text($0.name), 1: .text($0.text)]) })
  }
}

/// The types that the store's files use (format.md).
enum ArrowType: Equatable {
  /// UTF-8; offsets of 64 bits where `large`, else of 32.
  case text(large: Bool)
  /// Milliseconds since 1970, UTC.
  case timestamp
  /// Millionths, as a 64-bit integer: `decimal64(18, 6)`.
  case decimal
  /// Texts by unsigned codes of `codeBits`; the texts are dictionary `id` of the file.
  case dictionary(id: Int, codeBits: Int, large: Bool)
}

/// What stands at the head of every file of the store.
struct ArrowSchema: Equatable {
  var fields: [ArrowField]
  var notes: ArrowNotes
}

// The numbers below are those of Arrow's Schema.fbs.
extension ArrowSchema {
  private enum TypeNumber {
    static let decimal: UInt8 = 7
    static let text: UInt8 = 5
    static let timestamp: UInt8 = 10
    static let largeText: UInt8 = 20
  }

  var flatValue: FlatValue {
    .table([
      1: .tables(fields.map(Self.flatValue)),
      2: notes.flatValue,
    ])
  }

  private static func flatValue(_ field: ArrowField) -> FlatValue {
    var members: [Int: FlatValue] = [
      0: .text(field.name), 1: .bool(field.nullable), 5: .tables([]),
    ]
    switch field.type {
    case .text(let large):
      members[2] = .byte(large ? TypeNumber.largeText : TypeNumber.text)
      members[3] = .table([:])
    case .timestamp:
      members[2] = .byte(TypeNumber.timestamp)
      members[3] = .table([0: .short(1), 1: .text("UTC")])
    case .decimal:
      members[2] = .byte(TypeNumber.decimal)
      members[3] = .table([0: .int(18), 1: .int(6), 2: .int(64)])
    case .dictionary(let id, let codeBits, let large):
      members[2] = .byte(large ? TypeNumber.largeText : TypeNumber.text)
      members[3] = .table([:])
      members[4] = .table([
        0: .long(Int64(id)), 1: .table([0: .int(Int32(codeBits)), 1: .bool(false)]),
      ])
    }
    if !field.notes.isEmpty { members[6] = field.notes.flatValue }
    return .table(members)
  }

  /// Reads a schema; nil where it holds a type that the store never writes.
  init?(_ table: FlatTable) throws(FlatTable.Malformed) {
    guard try table.scalar(0, default: Int16(0)) == 0 else { return nil }  // little-endian
    fields = []
    for field in try table.tables(1) {
      guard let type = try Self.type(field) else { return nil }
      fields.append(
        ArrowField(
          name: try field.text(0) ?? "", type: type,
          nullable: try field.scalar(1, default: UInt8(0)) != 0, notes: try ArrowNotes(field, 6)))
    }
    notes = try ArrowNotes(table, 2)
  }

  private static func type(_ field: FlatTable) throws(FlatTable.Malformed) -> ArrowType? {
    let number = try field.scalar(2, default: UInt8(0))
    guard let type = try field.table(3) else { return nil }
    switch number {
    case TypeNumber.text, TypeNumber.largeText:
      let large = number == TypeNumber.largeText
      guard let dictionary = try field.table(4) else { return .text(large: large) }
      let index = try dictionary.table(1)
      let bits = Int(try index?.scalar(0, default: Int32(0)) ?? 32)
      let signed = try index?.scalar(1, default: UInt8(0)) ?? 1
      guard [8, 16, 32].contains(bits), signed == 0 else { return nil }
      let id = Int(try dictionary.scalar(0, default: Int64(0)))
      return .dictionary(id: id, codeBits: bits, large: large)
    case TypeNumber.timestamp:
      return try type.scalar(0, default: Int16(0)) == 1 ? .timestamp : nil
    case TypeNumber.decimal:
      let parts = [
        try type.scalar(0, default: Int32(0)), try type.scalar(1, default: Int32(0)),
        try type.scalar(2, default: Int32(128)),
      ]
      return parts == [18, 6, 64] ? .decimal : nil
    default:
      return nil
    }
  }
}
