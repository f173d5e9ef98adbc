import Foundation

/// The files that git would track, read once: what the tests of style look at.
///
/// Foundation's file manager walks the folders; everything else here is text.
struct Tree: Sendable {
  struct File: Sendable {
    /// Beneath the top of the tree: `Sources/KithSystem/Day.swift`.
    let path: String
    let lines: [String]
    /// The lines with what stands in comments and in texts blanked, so that words there are not taken
    /// for code. Numbers of lines stay. Empty where the file is not Swift.
    let code: [String]
  }

  let files: [File]

  static let shared = Tree()

  private init() {
    let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    var files: [File] = []
    let places = ["Sources", "Tests", "Themes", "docs", ".ci"]
    var paths = ["Package.swift", "Makefile", "README.md", ".gitignore", ".swift-format"]
    for place in places {
      let folder = top.appendingPathComponent(place).path
      let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
      paths += names.map { place + "/" + $0 }
    }
    for path in paths.sorted() {
      // Folders and what is no text are skipped here.
      let url = top.appendingPathComponent(path)
      guard let text = try? String(contentsOf: url, encoding: .utf8) else { continue }
      files.append(File(path: path, lines: text.components(separatedBy: "\n")))
    }
    self.files = files
  }

  /// Whether a path stands in the tree, as a file or as a folder.
  func holds(_ path: String) -> Bool {
    let folder = path.hasSuffix("/") ? path : path + "/"
    return files.contains { $0.path == path || $0.path.hasPrefix(folder) }
  }

  func files(under folder: String, _ ending: String) -> [File] {
    files.filter { $0.path.hasPrefix(folder) && $0.path.hasSuffix(ending) }
  }

  /// Swift files of the product.
  var sources: [File] { files(under: "Sources/", ".swift") }
}

extension Tree.File {
  init(path: String, lines: [String]) {
    var inLongText = false
    self.path = path
    self.lines = lines
    code = lines.map { line in
      guard path.hasSuffix(".swift") else { return "" }
      if line.components(separatedBy: "\"\"\"").count % 2 == 0 {
        inLongText.toggle()
        return ""
      }
      return inLongText ? "" : Tree.File.blanked(line)
    }
  }

  private static func blanked(_ line: String) -> String {
    guard line.utf8.contains(where: { $0 == quote || $0 == slash }) else { return line }
    var kept: [UInt8] = []
    var inText = false
    var previous: UInt8 = 0
    for byte in line.utf8 {
      if byte == quote, previous != backslash {
        inText.toggle()
      } else if !inText {
        if byte == slash, previous == slash {
          kept.removeLast()
          break
        }
        kept.append(byte)
      }
      previous = previous == backslash ? 0 : byte
    }
    return String(decoding: kept, as: UTF8.self)
  }
}

private let quote = UInt8(ascii: "\"")
private let slash = UInt8(ascii: "/")
private let backslash = UInt8(ascii: "\\")
