import KithStore
import KithSystem
import KithTestSupport

@testable import KithChannels

/// A mail server that misbehaves on demand: see smtp_stub.py.
final class SMTPStub {
  let port: Int
  private let folder = try? ScratchDirectory()
  private let child: Child

  init(busy: Bool = false) throws {
    let kept = (folder?.path ?? "/tmp") + "/kept"
    child = try Child(
      "/usr/bin/env", ["python3", testFolder + "/smtp_stub.py", kept] + (busy ? ["busy"] : []))
    port = Int(child.line()) ?? 0
  }

  /// The messages it keeps, in the order of arrival: recipient and lines.
  var kept: [(recipient: String, text: String)] {
    guard let folder, let files = try? DiskFileSystem(root: folder.path + "/kept") else {
      return []
    }
    return ((try? files.list("")) ?? []).filter { !$0.hasSuffix(".new") }.compactMap { name in
      guard let bytes = try? files.read(name) else { return nil }
      let text = String(decoding: bytes, as: UTF8.self)
      let split = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      return (String(split[0].dropFirst(5)), String(split[1]))
    }
  }

  /// Settings for this server.
  func settings(timeoutMs: Int64 = 5000) -> ChannelSetting {
    ChannelSetting(
      name: "email",
      texts: [
        "url": SourceText("smtp://127.0.0.1:\(port)"), "tls": SourceText("none"),
        "from": SourceText("小茶 <tea@example.org>"),
      ], connections: 4, timeoutMs: timeoutMs)
  }
}

/// A store in memory.
func memoryStore(
  _ variables: Variables = [:], disk: SimulatedFileSystem = SimulatedFileSystem()
) throws -> Store {
  try Store.create(
    in: disk, timeZone: "UTC", name: "tea", outside: Outside.test(variables: variables))
}
