import Glibc
import KithSystem

/// A new directory on the real disk, removed with everything in it when this value goes.
public final class ScratchDirectory: Sendable {
  public let path: String

  public init() throws {
    var name = Array("/tmp/kith-test-XXXXXX".utf8CString)
    guard mkdtemp(&name) != nil else {
      throw FileError(operation: "make", name: "/tmp", reason: .failed("no scratch directory"))
    }
    path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    removeTree(path)
  }
}

private func removeTree(_ path: String) {
  guard let files = try? DiskFileSystem(root: path) else { return }
  for name in (try? files.list("")) ?? [] {
    if (try? files.info(name))??.kind == .directory { removeTree(path + "/" + name) }
    unlink(path + "/" + name)
  }
  rmdir(path)
}
