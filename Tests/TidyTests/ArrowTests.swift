import Testing

/// What each room may import, besides the standard library: the table of docs/architecture.md.
struct Arrows {
  /// Room, and the rooms and packages that it may import.
  let allowed: [String: Set<String>]

  /// Reads the rows `| KithStore | purpose | KithSystem, CCompression |` under the heading "Rooms".
  init(_ page: [String]) {
    var allowed: [String: Set<String>] = [:]
    for line in page {
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).map {
        $0.trimmingPrefix { $0 == " " }
      }
      guard cells.count == 5, let name = line.firstMatch(of: #/^\| `(\w[\w-]*)` /#)?.1 else {
        continue
      }
      allowed[String(name)] = Set(cells[3].matches(of: #/`(\w[\w-]*)`/#).map { String($0.1) })
    }
    self.allowed = allowed
  }

  /// Modules of the toolchain, which need no arrow.
  static let toolchain: Set<String> = ["Glibc", "Synchronization", "Dispatch", "Foundation"]
}

@Suite struct `Arrows between rooms` {
  let arrows: Arrows

  init() throws {
    let page = try #require(Tree.shared.files.first { $0.path == "docs/architecture.md" })
    arrows = Arrows(page.lines)
  }

  @Test func `no room imports what the table does not allow`() {
    let importing = #/^(?:\w+ |@\w+ )*import (?:\w+ )?(\w+)/#
    for file in Tree.shared.sources {
      let room = String(file.path.split(separator: "/")[1])
      guard let allowed = arrows.allowed[room] else { continue }
      for line in file.code {
        guard let module = line.firstMatch(of: importing).map({ String($0.1) }) else { continue }
        #expect(
          allowed.contains(module) || Arrows.toolchain.contains(module),
          "\(file.path) imports \(module); docs/architecture.md does not let \(room) do that")
      }
    }
  }

  @Test func `the table and the tree have the same rooms`() {
    let rooms = Set(
      Tree.shared.files(under: "Sources/", "").map {
        String($0.path.split(separator: "/")[1])
      })
    #expect(rooms == Set(arrows.allowed.keys))
  }

  @Test func `arrows go down only`() {
    for (room, targets) in arrows.allowed {
      for target in targets {
        #expect(!reached(from: target).contains(room), "\(room) and \(target) reach each other")
      }
    }
  }

  private func reached(from room: String) -> Set<String> {
    var reached: Set<String> = []
    var waiting = [room]
    while let next = waiting.popLast() {
      guard reached.insert(next).inserted else { continue }
      waiting += arrows.allowed[next] ?? []
    }
    return reached
  }
}
