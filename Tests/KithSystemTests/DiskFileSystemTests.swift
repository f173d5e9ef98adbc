import Glibc
import KithSystem
import KithTestSupport
import Testing

struct DiskFileSystemTests {
  let scratch: ScratchDirectory
  let files: DiskFileSystem

  init() throws {
    scratch = try ScratchDirectory()
    files = try DiskFileSystem(root: scratch.path)
  }

  private func reason(_ body: () throws -> Void) -> FileError.Reason? {
    do {
      try body()
      return nil
    } catch {
      return (error as? FileError)?.reason
    }
  }

  @Test(arguments: ["..", "../x", "a/../x", ".", "", "/etc/passwd", "a//b", "a\u{0}b"])
  func `no name leads out of the root`(name: String) {
    #expect(throws: FileError.self) { try files.read(name) }
    #expect(throws: FileError.self) { try files.open(name, .replace) }
  }

  @Test func `links are not followed, neither as files nor on the way`() throws {
    try files.makeDirectory("inside")
    #expect(symlink("/etc/passwd", scratch.path + "/file") == 0)
    #expect(symlink("/etc", scratch.path + "/folder") == 0)
    #expect(reason { _ = try files.read("file") } == .isALink)
    #expect(reason { _ = try files.open("file", .append) } == .isALink)
    #expect(reason { _ = try files.lock("file", holder: "x") } == .isALink)
    #expect(throws: FileError.self) { try files.read("folder/passwd") }
    #expect(throws: FileError.self) { try files.list("folder") }
    #expect(try files.info("file")?.kind == .other)
  }

  @Test func `a pipe does not hold its reader`() throws {
    #expect(mkfifo(scratch.path + "/pipe", 0o600) == 0)
    #expect(throws: FileError.self) { try files.read("pipe") }
  }

  @Test func `files and directories are private`() throws {
    try files.makeDirectory("a/b")
    try files.writeAtomically("a/b/c", [1, 2, 3])
    #expect(try files.info("a")?.mode == 0o700)
    #expect(
      try files.info("a/b/c") == FileInfo(kind: .file, size: 3, owner: geteuid(), mode: 0o600))
    #expect(try files.read("a/b/c") == [1, 2, 3])
    let mapped = try files.map("a/b/c")
    withExtendedLifetime(mapped) { #expect(Array(mapped.bytes) == [1, 2, 3]) }
    #expect(try files.list("a") == ["b"])
  }

  @Test func `names are listed in byte order, and nothing where nothing is`() throws {
    for name in ["b", "a", "é", "Z"] { try files.writeAtomically(name, []) }
    #expect(try files.list("") == ["Z", "a", "b", "é"])
    #expect(try files.list("missing") == [])
    #expect(try files.info("missing/file") == nil)
    try files.remove("missing/file")
  }

  @Test func `modes of writing`() throws {
    let file = try files.open("log", .create)
    try file.write(Array("one".utf8))
    #expect(throws: FileError(operation: "write", name: "log", reason: .exists)) {
      try files.open("log", .create)
    }
    let more = try files.open("log", .append)
    try more.write(Array("two".utf8))
    #expect(try more.size() == 6)
    try more.truncate(to: 4)
    try more.close()
    try more.close()
    #expect(throws: FileError.self) { try more.write([1]) }
    #expect(try files.read("log") == Array("onet".utf8))
  }

  @Test(arguments: [0, 1, 4095, 4096, 4097, 70_000])
  func `a file is the same read and mapped, whatever its size`(size: Int) throws {
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try files.writeAtomically("some", bytes)
    #expect(try files.read("some") == bytes)
    let mapped = try files.map("some")
    try files.writeAtomically("some", [1])
    #expect(Array(mapped.bytes) == bytes)
    mapped.letPagesGo()
    #expect(Array(mapped.bytes) == bytes)
  }

  @Test func `a directory is no file, and a missing one is said to be missing`() throws {
    try files.makeDirectory("d")
    #expect(reason { _ = try files.read("d") } == .notAFile)
    #expect(reason { _ = try files.read("x") } == .missing)
    #expect(reason { _ = try DiskFileSystem(root: scratch.path + "/x") } == .missing)
    try files.writeAtomically("f", [])
    #expect(reason { _ = try DiskFileSystem(root: scratch.path + "/f") } == .notADirectory)
  }

  @Test func `a lock names its holder until it is released`() throws {
    guard case .held(let lock) = try files.lock("lock", holder: "me") else {
      Issue.record("the lock is not taken")
      return
    }
    guard case .busy(let holder) = try files.lock("lock", holder: "you") else {
      Issue.record("the lock was given twice")
      return
    }
    #expect(holder == "me")
    lock.release()
    guard case .held = try files.lock("lock", holder: "you") else {
      Issue.record("the lock stays taken")
      return
    }
  }
}
