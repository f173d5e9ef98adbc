import Foundation
import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

/// `Cases/<name>`: `input.csv`, `options` where there are any (one a line), and `expected`: what was
/// taken and rejected and what an export gives, or the error. Recorded anew with RECORD_SNAPSHOTS=1.
struct ImportCases {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Cases")

  static let names: [String] = {
    let found = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    return (found ?? []).sorted()
  }()

  @Test func `there are cases`() {
    #expect(Self.names.count > 40)
  }

  @Test(arguments: names)
  func `an import gives what its case says`(name: String) throws {
    let place = Self.folder.appendingPathComponent(name)
    let input = try Data(contentsOf: place.appendingPathComponent("input.csv"))
    let options = CaseOptions(
      (try? String(contentsOf: place.appendingPathComponent("options"), encoding: .utf8)) ?? "")
    let found = try outcome([UInt8](input), options)
    let file = place.appendingPathComponent("expected")
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
      try Data(found).write(to: file)
    }
    let expected = try [UInt8](Data(contentsOf: file))
    #expect(
      found == expected,
      "\(String(decoding: found, as: UTF8.self)) is not \(String(decoding: expected, as: UTF8.self))"
    )
  }

  /// Reported, rejected and exported; the export is then imported and has to export the same.
  private func outcome(_ input: [UInt8], _ options: CaseOptions) throws -> [UInt8] {
    let store = try options.store()
    let report: ImportReport
    do {
      report = try store.take(input, options)
    } catch {
      #expect(try store.manifest().generation == 0)
      return Array(error.diagnostic.text().utf8)
    }
    var text = "\(report.rows) rows of \(report.users) users\n"
    for (reason, count) in report.rejected { text += "rejected for \(reason): \(count)\n" }
    for warning in report.warnings { text += "warning: \(warning)\n" }
    var bytes = Array(text.utf8)
    if let rejected = report.rejectedFile {
      bytes += Array("--- rejected\n".utf8) + (try store.files.read(rejected))
    }
    bytes += Array("--- export\n".utf8) + (try store.export(options))
    let plain = try store.export(options, spreadsheet: false)
    let other = try options.store()
    _ = try other.take(plain, CaseOptions(options.users ? "--users" : ""))
    #expect(try other.export(options, spreadsheet: false) == plain)
    return bytes
  }
}

struct CaseOptions {
  var zone = "UTC"
  var users = false
  var spreadsheet = false
  var imported = ImportOptions()

  init(_ text: String) {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      switch words[0] {
      case "--zone": zone = words[1]
      case "--users": users = true
      case "--spreadsheet": spreadsheet = true
      case "--strict": imported.strict = true
      case "--source": imported.source = words[1]
      case "--map":
        let pair = words[1].split(separator: "=", maxSplits: 1).map(String.init)
        imported.map.append((pair[0], pair[1]))
      default: Issue.record("unknown option \(line)")
      }
    }
  }

  func store() throws -> Store {
    try Store.create(
      in: SimulatedFileSystem(), timeZone: zone, name: "case", outside: .test())
  }
}

extension Store {
  func take(_ input: [UInt8], _ options: CaseOptions) throws(ImportError) -> ImportReport {
    let inputs = [ImportInput.bytes(name: "input.csv", input)]
    return options.users
      ? try importUsers(inputs, options.imported) : try importEvents(inputs, options.imported)
  }

  func export(_ options: CaseOptions, spreadsheet: Bool? = nil) throws -> [UInt8] {
    var bytes: [UInt8] = []
    let escaped = spreadsheet ?? options.spreadsheet
    if options.users {
      try exportUsers(spreadsheet: escaped) { bytes += $0 }
    } else {
      try exportEvents(spreadsheet: escaped) { bytes += $0 }
    }
    return bytes
  }
}
