// A case is a text file: what goes in, a line of four dashes, what has to come out. With
// RECORD_SNAPSHOTS=1 the second half is written anew.

import KithSystem
public import Testing

public struct CaseFile: Sendable, CustomTestStringConvertible {
  private static let border = "\n----\n"
  public let name: String
  public let input: String
  private let output: String
  private let folder: DiskFileSystem

  public var testDescription: String { name }

  /// The cases of a folder beside the test that asks.
  public static func all(in folder: String, of test: String = #filePath) throws -> [CaseFile] {
    let place = test.split(separator: "/").dropLast().joined(separator: "/")
    let files = try DiskFileSystem(root: "/\(place)/\(folder)")
    return try files.list("").map { name in
      let text = String(decoding: try files.read(name), as: UTF8.self)
      let parts = text.split(separator: border, maxSplits: 1, omittingEmptySubsequences: false)
      return CaseFile(
        name: name, input: String(parts[0]), output: parts.count > 1 ? String(parts[1]) : "",
        folder: files)
    }
  }

  /// Compares what came out, or records it.
  public func expect(_ found: String, at place: SourceLocation = #_sourceLocation) throws {
    if Outside.real().variables["RECORD_SNAPSHOTS"] == "1" {
      try folder.writeAtomically(name, Array((input + Self.border + found).utf8))
    } else {
      #expect(found == output, "\(name)", sourceLocation: place)
    }
  }
}
