// The members of a journal line after `do`, for each kind of decision. They are a format: they may
// gain members, never lose or change one.
//
//   do               members
//   tag.add          tag, USERS
//   tag.remove       tag, USERS
//   note             user, text
//   owner            owner (empty: nobody), USERS
//   suppress.add     hashes (keyed hashes of addresses, hex), reason
//   suppress.remove  hashes
//   import           run, files: [{name, digest, sha256}], rows, rejected, kind: "events" or "users"
//   campaign         campaign, wave (absent: none), step
//   alias            users: ids that are one person
//   forget           hash: the keyed hash of the id of a person who was erased, hex
//   undo             entry: the id of a decision, never of an undo or a redo
//   redo             entry: likewise
//
// USERS is `users`, a list of ids, or `set`, {sha256, count}, for journal/sets/<sha256>.zst. Of the
// undos and redos of one decision the last in order holds. Unknown members are passed over, and
// stay, since lines are never written again.

package import KithSystem

extension Decision {
  /// `do` with its members, in the order in which they are written.
  package var members: [JSON.Member] {
    func line(_ kind: String, _ rest: [JSON.Member]) -> [JSON.Member] {
      [JSON.Member("do", .string(kind))] + rest
    }
    func text(_ name: String, _ text: String) -> JSON.Member { JSON.Member(name, .string(text)) }
    func texts(_ name: String, _ texts: [String]) -> JSON.Member {
      JSON.Member(name, .array(texts.map { .string($0) }))
    }
    return switch self {
    case .tagAdd(let tag, let users): line("tag.add", [text("tag", tag), users.member])
    case .tagRemove(let tag, let users): line("tag.remove", [text("tag", tag), users.member])
    case .note(let user, let note): line("note", [text("user", user), text("text", note)])
    case .owner(let owner, let users): line("owner", [text("owner", owner), users.member])
    case .suppressAdd(let hashes, let reason):
      line("suppress.add", [texts("hashes", hashes), text("reason", reason)])
    case .suppressRemove(let hashes): line("suppress.remove", [texts("hashes", hashes)])
    case .imported(let run, let files, let rows, let rejected, let users):
      line(
        "import",
        [
          text("run", run),
          JSON.Member(
            "files",
            .array(files.map(Self.file))),
          JSON.Member("rows", .int(rows)), JSON.Member("rejected", .int(rejected)),
          text("kind", users ? "users" : "events"),
        ])
    case .campaign(let name, let wave, let step):
      line(
        "campaign",
        [text("campaign", name)] + (wave.map { [JSON.Member("wave", .int($0))] } ?? [])
          + [text("step", step)])
    case .alias(let users): line("alias", [texts("users", users)])
    case .forget(let hash): line("forget", [text("hash", hash)])
    case .undo(let entry): line("undo", [text("entry", entry)])
    case .redo(let entry): line("redo", [text("entry", entry)])
    }
  }

  /// What became of reading a line's decision.
  enum Reading {
    case known(Decision)
    case unknown(String)
    case damaged
  }

  static func reading(_ line: JSON) -> Reading {
    guard let kind = line["do"]?.string else { return .damaged }
    guard let reader = readers.first(where: { $0.kind == kind }) else { return .unknown(kind) }
    return reader.read(line).map { .known($0) } ?? .damaged
  }

  /// A kind of decision, and what reads its members.
  private struct Reader: Sendable {
    let kind: String
    let read: @Sendable (JSON) -> Decision?

    init(_ kind: String, _ read: @escaping @Sendable (JSON) -> Decision?) {
      (self.kind, self.read) = (kind, read)
    }
  }

  private static let readers: [Reader] = [
    Reader("tag.add") { line in
      both(line["tag"]?.string, UserList(line)) { .tagAdd(tag: $0, users: $1) }
    },
    Reader("tag.remove") { line in
      both(line["tag"]?.string, UserList(line)) { .tagRemove(tag: $0, users: $1) }
    },
    Reader("note") { line in
      both(line["user"]?.string, line["text"]?.string) { .note(user: $0, text: $1) }
    },
    Reader("owner") { line in
      both(line["owner"]?.string, UserList(line)) { .owner($0, users: $1) }
    },
    Reader("suppress.add") { line in
      both(line["hashes"]?.strings, line["reason"]?.string) {
        .suppressAdd(hashes: $0, reason: $1)
      }
    },
    Reader("suppress.remove") { line in line["hashes"]?.strings.map { .suppressRemove(hashes: $0) }
    },
    Reader("import") { line in imported(line) },
    Reader("campaign") { line in
      both(line["campaign"]?.string, line["step"]?.string) {
        .campaign(name: $0, wave: line["wave"]?.int, step: $1)
      }
    },
    Reader("alias") { line in line["users"]?.strings.map { .alias(users: $0) } },
    Reader("forget") { line in
      line["hash"]?.string.flatMap { bytes(hex: $0)?.count == 32 ? .forget(hash: $0) : nil }
    },
    Reader("undo") { line in line["entry"]?.string.map { .undo(entry: $0) } },
    Reader("redo") { line in line["entry"]?.string.map { .redo(entry: $0) } },
  ]

  private static func both<First, Second>(
    _ first: First?, _ second: Second?, _ make: (First, Second) -> Decision
  ) -> Decision? {
    guard let first, let second else { return nil }
    return make(first, second)
  }

  private static func imported(_ line: JSON) -> Decision? {
    guard let run = line["run"]?.string, let files = line["files"]?.array,
      let rows = line["rows"]?.int, let rejected = line["rejected"]?.int,
      let kind = line["kind"]?.string
    else { return nil }
    var read: [ImportedFile] = []
    for file in files {
      let (digest, sha256) = (file["digest"]?.string, file["sha256"]?.string)
      guard let name = file["name"]?.string, digest != nil || sha256 != nil else { return nil }
      read.append(ImportedFile(name: name, digest: digest, sha256: sha256))
    }
    return .imported(run: run, files: read, rows: rows, rejected: rejected, users: kind == "users")
  }

  private static func file(_ file: ImportedFile) -> JSON {
    var members = [JSON.Member("name", .string(file.name))]
    if let digest = file.digest { members.append(JSON.Member("digest", .string(digest))) }
    if let sha256 = file.sha256 { members.append(JSON.Member("sha256", .string(sha256))) }
    return .object(members)
  }
}

extension UserList {
  fileprivate var member: JSON.Member {
    switch self {
    case .named(let users): JSON.Member("users", .array(users.map { .string($0) }))
    case .set(let sha256, let count):
      JSON.Member("set", ["sha256": .string(sha256), "count": .int(count)])
    }
  }

  fileprivate init?(_ line: JSON) {
    if let users = line["users"]?.strings {
      self = .named(users)
    } else if let set = line["set"], let digest = set["sha256"]?.string,
      let count = set["count"]?.int,
      bytes(hex: digest)?.count == 32, count >= 0
    {
      self = .set(sha256: digest, count: count)
    } else {
      return nil
    }
  }
}

extension JSON {
  fileprivate var strings: [String]? {
    guard let elements = array else { return nil }
    let texts = elements.compactMap(\.string)
    return texts.count == elements.count ? texts : nil
  }
}
