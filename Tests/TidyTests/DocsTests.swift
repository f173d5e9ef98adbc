import Testing

@Suite struct `The pages` {
  static let pages = Tree.shared.files.filter {
    $0.path.hasSuffix(".md") && ($0.path.hasPrefix("docs/") || $0.path == "README.md")
  }

  @Test func `links lead to files that are there`() {
    for page in Self.pages {
      let folder = page.path.split(separator: "/").dropLast().joined(separator: "/")
      for line in page.lines {
        for link in line.matches(of: #/\]\(([^)#:]+)(?:#[^)]*)?\)/#) {
          let target = resolved(String(link.1), in: folder)
          #expect(Tree.shared.holds(target), "\(page.path) links to \(target)")
        }
      }
    }
  }

  @Test func `files of the tree that are named are there`() {
    let pattern = #/`((?:Sources|Tests|Themes|docs|\.ci)\/[^`*<>… ]*)`/#
    for page in Self.pages {
      for line in page.lines {
        for name in line.matches(of: pattern) {
          #expect(Tree.shared.holds(String(name.1)), "\(page.path) names \(name.1)")
        }
      }
    }
  }

  @Test func `pages that comments name are there`() {
    let page = #/(?:docs\/)?([A-Za-z-]+\.md)\b/#
    for file in Tree.shared.sources {
      for line in file.lines where line.contains(".md") {
        for name in line.matches(of: page) {
          #expect(Tree.shared.holds("docs/\(name.1)"), "\(file.path) names \(name.1)")
        }
      }
    }
  }

  @Test func `targets of make that are named are there`() throws {
    let makefile = try #require(Tree.shared.files.first { $0.path == "Makefile" })
    let targets = Set(makefile.lines.compactMap { $0.firstMatch(of: #/^([a-z]+):/#)?.1 })
    for page in Self.pages {
      for line in page.lines {
        for name in line.matches(of: #/(?:`|^ *)make ([a-z]+)\b/#) {
          #expect(targets.contains(name.1), "\(page.path) names make \(name.1)")
        }
      }
    }
  }

  /// `../README.md` in `docs` is `README.md`.
  private func resolved(_ link: String, in folder: String) -> String {
    var parts = folder.split(separator: "/").map(String.init)
    for part in link.split(separator: "/") {
      if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(String(part)) }
    }
    return parts.joined(separator: "/")
  }
}
