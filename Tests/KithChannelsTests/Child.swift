// Foundation for its Process alone: starting programs is not the product's business.
import Foundation
import Glibc

/// A program that a test started.
final class Child {
  private let process = Process()
  private let output = Pipe()

  init(_ program: String, _ arguments: [String], _ variables: [String: String] = [:]) throws {
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
    process.standardOutput = output
    try process.run()
  }

  /// A line that it printed; waits for it.
  func line() -> String {
    var bytes: [UInt8] = []
    while let byte = try? output.fileHandleForReading.read(upToCount: 1)?.first, byte != 0x0A {
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `kill -9`.
  func kill() {
    if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }

  var isRunning: Bool { process.isRunning }

  func wait() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }

  deinit {
    if process.isRunning { kill() }
  }
}

/// The folder that this test stands in.
let testFolder = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")

/// A program of this package, as `swift test` built it.
func builtProgram(_ name: String) -> String {
  let root = "/" + testFolder.split(separator: "/").dropLast(2).joined(separator: "/")
  return "\(root)/.build/debug/\(name)"
}
