import Foundation
import Testing

/// Documents that are made from the program and its cases; RECORD_SNAPSHOTS=1 makes them anew.
@Suite struct DocumentTests {
  @Test func `the catalogue of errors is that of the cases`() throws {
    try expect("docs/errors.md", ErrorCatalogue.text(CommandCase.all))
  }

  @Test func `the manual page is that of the commands`() throws {
    let process = Process()
    process.executableURL = productFolder.appending(path: "kith")
    process.arguments = ["man"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let page = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try expect("docs/kith.1", String(decoding: page, as: UTF8.self))
  }

  private func expect(_ name: String, _ text: String) throws {
    let file = tree.appending(path: name)
    if isRecording {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      return try text.write(to: file, atomically: true, encoding: .utf8)
    }
    let stands = try? String(contentsOf: file, encoding: .utf8)
    #expect(
      stands == text, "\(name) is stale: RECORD_SNAPSHOTS=1 swift test --filter DocumentTests")
  }

  private let tree = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
}

/// docs/errors.md: every error that a case provokes, under the case's title.
enum ErrorCatalogue {
  static func text(_ cases: [CommandCase]) -> String {
    let failing = cases.filter {
      ($0.text("err") ?? "").hasPrefix("kith: ") && $0.text("code") != nil
    }
    let entries = failing.map { failing in
      let code = failing.text("code")?.dropLast() ?? ""
      return """
        ## \(failing.title)

        ```
        \(shown(failing.script))
        \((failing.text("err") ?? "").dropLast())
        ```

        Exit code \(code).

        """
    }
    return ([heading] + entries).joined(separator: "\n")
  }

  private static let heading = """
    # Errors

    What can go wrong, how Kith says it, and what to do. This page is made from the cases in
    Tests/KithCommandsTests/Cases that provoke each error; a test fails where it is stale.

    """

  /// The script's last call of kith as a person would have typed it.
  private static func shown(_ script: String) -> String {
    let line = script.split(separator: "\n").last { $0.hasPrefix("kith ") || $0 == "kith" } ?? ""
    return "$ " + line
  }
}
