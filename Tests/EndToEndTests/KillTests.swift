// The built program is killed at random moments, again and again, on a real disk; after each death the
// store opens, says `ok`, and holds what was acknowledged, once. The moments come from a seed.
//
// Foundation is here for its Process alone.

import Foundation
import Glibc
import Testing

@Suite(.serialized)
struct KillTests {
  private let place: URL
  private let program: URL

  init() throws {
    place = FileManager.default.temporaryDirectory.appending(path: "kith-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appending(path: "kith")
    let made = try run(["init", "tea.kith", "--time-zone", "UTC"])
    try #require(made.code == 0)
  }

  private func start(
    _ arguments: [String], by other: URL? = nil, _ output: Pipe? = nil
  ) throws -> Process {
    let process = Process()
    process.executableURL = other ?? program
    process.arguments = arguments
    process.currentDirectoryURL = place
    process.environment = [
      "HOME": place.path, "XDG_STATE_HOME": place.path + "/state", "LC_ALL": "C.UTF-8",
      "KITH_STORE": place.path + "/tea.kith",
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardOutput = output ?? FileHandle.nullDevice as Any
    try process.run()
    return process
  }

  @discardableResult
  private func run(_ arguments: [String], by other: URL? = nil) throws -> (code: Int32, out: String)
  {
    let pipe = Pipe()
    let process = try start(arguments, by: other, pipe)
    let out = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: out, as: UTF8.self))
  }

  /// Starts the program and kills it after a while; whether it was done before.
  private func kill(after microseconds: UInt32, _ arguments: [String]) throws -> Bool {
    let process = try start(arguments)
    usleep(microseconds)
    Glibc.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    return process.terminationReason == .exit && process.terminationStatus == 0
  }

  private func write(_ number: Int, rows: Int) throws {
    var text = "user_id,time,event\n"
    for row in 0..<rows {
      text += "u\(row % 97),2026-01-\(10 + number % 18)T00:00:\(10 + row % 50)Z,e\(number)\n"
    }
    try text.write(to: place.appending(path: "\(number).csv"), atomically: true, encoding: .utf8)
  }

  private func events() throws -> Int {
    try run(["export", "events"]).out.split(separator: "\n").count - 1
  }

  @Test func `an import and its fold are in whole or not at all, whenever they are killed`() throws
  {
    defer { try? FileManager.default.removeItem(at: place) }
    var chance = Seeded(state: 11)
    var expected = 0
    for number in 0..<14 {
      let rows = 200 + Int(chance.next() % 3000)
      try write(number, rows: rows)
      let isDone = try kill(
        after: UInt32(chance.next() % 160_000), ["import", "\(number).csv"])
      let found = try events()
      #expect(found == expected + rows || found == expected && !isDone)
      if found == expected {
        #expect(try run(["import", "\(number).csv"]).code == 0)
      } else {
        #expect(try run(["import", "\(number).csv"]).code == 1, "it is in already")
      }
      expected += rows
      #expect(try events() == expected)
    }
    // What deaths left behind was removed by the imports after them.
    #expect(try run(["doctor"]).out == "ok\n")
  }

  @Test func `a file that passes the limit of the account is an error like a full disk`() throws {
    defer { try? FileManager.default.removeItem(at: place) }
    try write(1, rows: 3000)
    let script = "ulimit -f 1; exec '\(program.path)' import 1.csv"
    #expect(try run(["-c", script], by: URL(filePath: "/bin/sh")).code == 1)
    #expect(try run(["doctor"]).out == "ok\n")
    #expect(try run(["import", "1.csv"]).code == 0)
  }

  @Test func `a tag is on all or on none, whenever it is killed`() throws {
    defer { try? FileManager.default.removeItem(at: place) }
    try write(1, rows: 300)
    try #require(try run(["import", "1.csv"]).code == 0)
    var chance = Seeded(state: 23)
    for number in 0..<16 {
      let isDone = try kill(
        after: UInt32(chance.next() % 60_000), ["tag", "add", "t\(number)", "--where", "true"])
      let tagged = try run(["users", "tag(\"t\(number)\")", "--count"]).out
      #expect(tagged == "97\n" || tagged == "0\n" && !isDone)
      #expect(try run(["tag", "add", "next", "u\(number)"]).code == 0)
      #expect(try run(["users", "tag(\"next\")", "--count"]).out == "\(number + 1)\n")
    }
  }
}

/// Chance that is the same on every run (splitmix64).
private struct Seeded {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}
