import Glibc
import KithCommands
import KithSystem

/// Measures the product's main jobs on the demo's shop, made larger; prints a table for people and a
/// line of JSON for programs. docs/performance.md says how to read them.
@main
enum Bench {
  static func main() {
    guard let options = Options(CommandLine.arguments.dropFirst()) else {
      print(Options.help)
      exit(CommandLine.arguments.contains("--help") ? 0 : 2)
    }
    do {
      let place = try Place()
      defer { place.remove() }
      let report = try Jobs(options, in: place).run()
      print(report.table)
      print(report.json.compact)
    } catch {
      print((error as? any Explained)?.diagnostic.text() ?? "kith-bench: \(error)")
      exit(1)
    }
  }
}

/// What the caller chose.
struct Options {
  var users = 50_000
  var repetitions = 5

  static let help = """
    kith-bench [--users N] [--repeat N]
      --users N    users of the log, with some 40 events each (50000)
      --repeat N   runs of each job but import; the median counts (5)
    """

  /// nil where a word is not known or a number is none.
  init?(_ words: ArraySlice<String>) {
    var rest = words
    while let word = rest.popFirst() {
      guard let number = rest.popFirst().flatMap({ Int($0) }), number > 0 else { return nil }
      switch word {
      case "--users": users = number
      case "--repeat": repetitions = number
      default: return nil
      }
    }
  }
}

/// A folder of the bench's own, for the store and for the state that it leaves outside of it.
struct Place {
  let root: String

  init() throws(FileError) {
    var template = Array((temporaryFolder() + "/kith-bench-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else {
      throw FileError(operation: "make", name: temporaryFolder(), reason: .denied)
    }
    root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Best effort: what cannot be removed stays in the temporary folder.
  func remove() {
    if let files = try? DiskFileSystem(root: root) { empty("", files) }
    rmdir(root)
  }

  private func empty(_ folder: String, _ files: DiskFileSystem) {
    for name in (try? files.list(folder)) ?? [] {
      let path = folder.isEmpty ? name : folder + "/" + name
      if (try? files.info(path))?.kind == .directory { empty(path, files) }
      try? files.remove(path)
    }
  }
}

private func temporaryFolder() -> String {
  getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
}
