import Foundation
import Testing

// A case is a folder: `cmd` is a script for bash, whose comment on the first line is the case's title;
// `out`, `err` and `code` are what it must give (absent: nothing, nothing, 0); every other file is laid
// into the empty folder that it runs in (but `needs-root`, which marks a case that only root can run). `kith` is the debug build beside these tests, `shop` makes
// shop.kith from Cases/shop.csv and Cases/members.csv.
//
// Foundation is here for its Process alone.

/// One folder under Cases.
struct CommandCase: CustomTestStringConvertible, Sendable {
  let name: String
  let folder: URL

  var testDescription: String { name }

  /// The comment on the first line of `cmd`.
  var title: String {
    let line = script.split(separator: "\n").first ?? ""
    return String(line.drop { $0 == "#" || $0 == " " })
  }

  var script: String { text("cmd") ?? "" }

  func text(_ file: String) -> String? {
    try? String(contentsOf: folder.appending(path: file), encoding: .utf8)
  }

  /// Whether the case mounts a disk or changes an owner, which takes root.
  var needsRoot: Bool { text("needs-root") != nil }

  private static let ownFiles: Set = ["cmd", "out", "err", "code", "needs-root"]

  static let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases")

  static let all: [CommandCase] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: source.path)) ?? []
    return names.sorted().map { CommandCase(name: $0, folder: source.appending(path: $0)) }
      .filter { $0.text("cmd") != nil }
  }()
}

/// What a run of a case gave, with what differs from run to run made the same.
struct CaseResult: Equatable {
  var out: String
  var err: String
  var code: Int32
}

extension CommandCase {
  /// Runs the case in a folder of its own, which is removed afterwards.
  func run() throws -> CaseResult {
    let place = FileManager.default.temporaryDirectory.appending(path: "kith-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: place) }
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where !CommandCase.ownFiles.contains(file) {
      try FileManager.default.copyItem(
        at: folder.appending(path: file), to: place.appending(path: file))
    }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/timeout")
    process.arguments = ["60", "bash", "-c", CommandCase.prelude + script]
    process.currentDirectoryURL = place
    process.environment = [
      "PATH": productFolder.path + ":/usr/local/bin:/usr/bin:/bin", "HOME": place.path,
      "XDG_STATE_HOME": place.path + "/.state", "XDG_DATA_HOME": place.path + "/.data",
      "TZ": "UTC", "LC_ALL": "C.UTF-8", "COLUMNS": "100",
      "CASES": CommandCase.source.path,
    ]
    process.standardInput = FileHandle.nullDevice
    let (out, err) = (place.appending(path: ".out"), place.appending(path: ".err"))
    for file in [out, err] {
      _ = FileManager.default.createFile(atPath: file.path, contents: nil)
    }
    process.standardOutput = try FileHandle(forWritingTo: out)
    process.standardError = try FileHandle(forWritingTo: err)
    try process.run()
    process.waitUntilExit()
    return CaseResult(
      out: settled(try String(contentsOf: out, encoding: .utf8), place),
      err: settled(try String(contentsOf: err, encoding: .utf8), place),
      code: process.terminationStatus)
  }

  private static let prelude = """
    shop() {
      kith init shop.kith --time-zone UTC >/dev/null 2>&1 &&
      kith import "$CASES/shop.csv" --store shop.kith >/dev/null &&
      kith import --users "$CASES/members.csv" --store shop.kith >/dev/null &&
      export KITH_STORE=shop.kith
    }

    """

  /// Folders, durations, writers, times of today and ids of runs differ from run to run.
  private func settled(_ text: String, _ place: URL) -> String {
    var text = text
    for (pattern, replacement) in [
      (NSRegularExpression.escapedPattern(for: place.path), "PLACE"),
      (#"\b[0-9a-f]{16}-(\d+)\b"#, "WRITER-$1"),
      (#"journal/[0-9a-f]{16}\."#, "journal/WRITER."),
      (#"\b[0-9.]+ m?s\b"#, "TIME"),
      (#"\b\d{6}-[0-9a-f]{8}\b"#, "RUN"),
      (#"ends \d+ days ago"#, "ends MANY days ago"),
      (#""seconds": [0-9.]+"#, #""seconds": TIME"#),
      (#"\bprocess \d+\b"#, "process NUMBER"),
      (#"/tmp/([^ /]+)-\w{6}\.segment"#, "/tmp/$1-COPY.segment"),
      (#"202[6-9]-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+Z)?)?"#, "NOW"),
    ] {
      text = text.replacingOccurrences(
        of: pattern, with: replacement, options: .regularExpression)
    }
    return text
  }
}

/// The folder of the built products, beside the tests' own.
let productFolder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
  .deletingLastPathComponent()

let isRecording = ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1"
