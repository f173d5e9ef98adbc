// manifest.json: `format`, `store`, `generation`, `home` (absent until the first import), `key_check` (what
// `key` is known by; absent where an earlier version wrote it), `events` and `users`, lists of runs. A run:
// `name`, `sequence`, `import`, `zone`, `rows`, `first_time` and `last_time` (ms), `first_user`, `last_user`,
// `dictionaries` (an object of sizes by column), `bytes` and `crc`, a CRC-32C in 8 hex digits for each MiB,
// sixteen to a text; a folded run also has `imports`, the `import` and `zone` of each import that it holds,
// its own two being those of the last. Members that this version does not know are kept, in the manifest and
// in each run.

import KithSystem

extension Manifest {
  static let format = 1

  package init(store: String, keyCheck: String? = nil) {
    self.init(
      store: store, generation: 0, home: nil, keyCheck: keyCheck, eventRuns: [], userRuns: [],
      unknown: [])
  }

  /// Reads the file's bytes.
  /// - Throws: ``StoreError/newerFormat(file:format:)``, ``StoreError/damaged(file:line:problem:)``.
  init(bytes: [UInt8]) throws(StoreError) {
    func damaged(_ problem: String) -> StoreError {
      .damaged(file: StoreFile.manifest, line: nil, problem: problem)
    }
    let value: JSON
    do {
      value = try JSON(utf8: bytes[...])
    } catch {
      throw damaged("\(error.problem) (byte \(error.offset + 1))")
    }
    guard let format = value["format"]?.int, format >= 1 else { throw damaged("no `format`") }
    guard format == Manifest.format else {
      throw .newerFormat(file: StoreFile.manifest, format: format)
    }
    guard let store = value["store"]?.string, isIdentity(store) else {
      throw damaged("no `store`")
    }
    guard let generation = value["generation"]?.int, generation >= 0 else {
      throw damaged("no `generation`")
    }
    func runs(_ name: String) throws(StoreError) -> [Run] {
      guard let elements = value[name]?.array else { throw damaged("no `\(name)`") }
      var runs: [Run] = []
      for element in elements {
        guard let run = Run(element) else {
          throw damaged("`\(name)`, run \(runs.count + 1) is not complete")
        }
        runs.append(run)
      }
      return runs
    }
    let known = ["format", "store", "generation", "home", "key_check", "events", "users"]
    self.init(
      store: store, generation: generation, home: value["home"]?.string,
      keyCheck: value["key_check"]?.string,
      eventRuns: try runs("events"), userRuns: try runs("users"),
      unknown: (value.members ?? []).filter { !known.contains($0.name) })
  }

  var json: JSON {
    var members: [JSON.Member] = [
      .init("format", .int(Manifest.format)), .init("store", .string(store)),
      .init("generation", .int(generation)),
    ]
    if let home { members.append(.init("home", .string(home))) }
    if let keyCheck { members.append(.init("key_check", .string(keyCheck))) }
    members.append(.init("events", .array(eventRuns.map(\.json))))
    members.append(.init("users", .array(userRuns.map(\.json))))
    return .object(members + unknown)
  }
}

private func isIdentity(_ text: String) -> Bool {
  bytes(hex: text)?.count == 16
}

extension Manifest.Run {
  init?(_ value: JSON) {
    guard let name = value["name"]?.string, let sequence = value["sequence"]?.int,
      let importID = value["import"]?.string, let zone = value["zone"]?.string,
      let rows = value["rows"]?.int, rows >= 0,
      let firstTime = value["first_time"]?.int, let lastTime = value["last_time"]?.int,
      let firstUser = value["first_user"]?.string, let lastUser = value["last_user"]?.string,
      let dictionaries = value["dictionaries"]?.members, let size = value["bytes"]?.int, size >= 0,
      let crc = value["crc"]?.array
    else { return nil }
    // The name becomes a path.
    guard name.utf8.allSatisfy({ isPlain($0) }), !name.isEmpty else { return nil }
    let counts = dictionaries.compactMap { member in
      member.value.int.map { (name: member.name, values: $0) }
    }
    guard let checksums = readChecksums(crc) else { return nil }
    let folded = value["imports"]?.array ?? []
    let imports = folded.compactMap { element -> Manifest.Import? in
      guard let id = element["import"]?.string, let zone = element["zone"]?.string else {
        return nil
      }
      return Manifest.Import(id: id, zone: zone)
    }
    guard counts.count == dictionaries.count, imports.count == folded.count else { return nil }
    let known = [
      "name", "sequence", "import", "zone", "rows", "first_time", "last_time", "first_user",
      "last_user", "dictionaries", "bytes", "crc", "imports",
    ]
    self.init(
      name: name, sequence: sequence, importID: importID, zone: zone, rows: rows,
      firstTime: Int64(firstTime), lastTime: Int64(lastTime), firstUser: firstUser,
      lastUser: lastUser, dictionaries: counts, bytes: size, checksums: checksums,
      imports: imports, unknown: (value.members ?? []).filter { !known.contains($0.name) })
  }

  var json: JSON {
    var members: [JSON.Member] = [
      .init("name", .string(name)), .init("sequence", .int(sequence)),
      .init("import", .string(importID)), .init("zone", .string(zone)),
      .init("rows", .int(rows)), .init("first_time", .int(firstTime)),
      .init("last_time", .int(lastTime)), .init("first_user", .string(firstUser)),
      .init("last_user", .string(lastUser)),
      .init("dictionaries", .object(dictionaries.map { .init($0.name, .int($0.values)) })),
      .init("bytes", .int(bytes)),
      .init("crc", .array(checksumTexts(checksums))),
    ]
    if !imports.isEmpty {
      members.append(
        .init(
          "imports",
          .array(imports.map { ["import": .string($0.id), "zone": .string($0.zone)] })))
    }
    return .object(members + unknown)
  }
}

/// Every start reads them all: few long texts are read sooner than many short ones.
private let checksumsInText = 16

private func checksumTexts(_ checksums: [UInt32]) -> [JSON] {
  stride(from: 0, to: checksums.count, by: checksumsInText).map { start in
    let some = checksums[start..<min(start + checksumsInText, checksums.count)]
    return .string(some.map { hex(UInt64($0), width: 8) }.joined())
  }
}

/// What texts of eight hexadecimal digits a checksum say; nil where one is none.
private func readChecksums(_ texts: [JSON]) -> [UInt32]? {
  var checksums: [UInt32] = []
  checksums.reserveCapacity(texts.count * checksumsInText)
  for text in texts {
    guard case .string(var text) = text else { return nil }
    let isWhole = text.withUTF8 { text in
      let digits = UnsafeRawBufferPointer(text)
      guard !digits.isEmpty, digits.count % 8 == 0 else { return false }
      for start in stride(from: 0, to: digits.count, by: 8) {
        let eight = digits.loadUnaligned(fromByteOffset: start, as: UInt64.self)
        guard let number = hexNumber(UInt64(littleEndian: eight)) else { return false }
        checksums.append(number)
      }
      return true
    }
    guard isWhole else { return nil }
  }
  return checksums
}

/// Letters, digits, `_` and `-`.
private func isPlain(_ byte: UInt8) -> Bool {
  switch byte {
  case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D: true
  default: false
  }
}

extension Store {
  /// The live runs, read afresh: one consistent set.
  public func manifest() throws(StoreError) -> Manifest {
    try manifests.manifest(
      files.reach { () throws(FileError) in try files.read(StoreFile.manifest) })
  }

  /// Puts a manifest in the place of the present one, atomically; its generation grows by one.
  package func replaceManifest(
    _ manifest: Manifest, under lock: WriteLock
  ) throws(StoreError) {
    var next = manifest
    next.generation += 1
    if next.keyCheck == nil, let key = try? files.read(StoreFile.key), key.count == KeyCheck.size {
      next.keyCheck = KeyCheck.of(key)
    }
    try files.reach { () throws(FileError) in
      try files.writeAtomically(StoreFile.manifest, Array(next.json.pretty.utf8))
    }
  }
}
