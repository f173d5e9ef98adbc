// One writer at a time. `lock` is held for one write, `sending.lock` while a campaign is sent; both
// are `flock`s, so that the system lets go of them when a process dies, and both name their holder
// in one line of JSON. A writer that finds the lock taken asks again for two seconds.

import KithSystem

/// The right to write into a store, until it is released or let go of.
public final class WriteLock: Sendable {
  private let handle: any LockHandle

  init(_ handle: any LockHandle) {
    self.handle = handle
  }

  public func release() {
    handle.release()
  }

  deinit {
    handle.release()
  }
}

extension Store {
  /// Takes the store's lock, to be held for one write.
  /// - Throws: ``StoreError/busy(path:holder:)`` after two seconds, naming who has it.
  public func lock() throws(StoreError) -> WriteLock {
    let lock = try take(StoreFile.lock)
    try checkFormats()
    try files.reach { () throws(FileError) in try files.removeLeftovers() }
    return lock
  }

  /// Takes the lock that is held while messages leave.
  public func sendingLock() throws(StoreError) -> WriteLock {
    try take(StoreFile.sendingLock)
  }

  /// Removes what this process was writing and has not put in place, for one that is about to end while
  /// another of its threads writes. Nothing where another process has the lock.
  public func abandonWrite() {
    guard let line = try? files.read(StoreFile.lock) else { return }
    let named = LockHolder(line: String(decoding: line, as: UTF8.self))
    let isOwn = named.process == outside.processID && named.host == outside.hostName
    if isOwn { try? files.removeLeftovers() }
  }

  /// How often the live runs were replaced by others.
  public func generation() throws(StoreError) -> Int { try manifest().generation }

  /// Runs one write under the store's lock.
  package func locked<Value>(
    _ write: (WriteLock) throws(StoreError) -> Value
  ) throws(StoreError) -> Value {
    let lock = try lock()
    defer { lock.release() }
    return try write(lock)
  }

  /// What a lock's file says while this process has it.
  var holder: LockHolder {
    LockHolder(
      user: outside.userName, host: outside.hostName, process: outside.processID,
      since: outside.clock.now())
  }

  private func take(_ name: String) throws(StoreError) -> WriteLock {
    if let readOnlyReason { throw .readOnly(readOnlyReason) }
    let line = holder.line
    var attempts = 0
    while true {
      let outcome = try files.reach { () throws(FileError) in
        try files.lock(name, holder: line)
      }
      switch outcome {
      case .held(let handle): return WriteLock(handle)
      case .busy(let other):
        attempts += 1
        guard attempts < 40 else {
          throw .busy(path: files.root + "/" + name, holder: LockHolder(line: other))
        }
        outside.clock.sleep(milliseconds: 50)
      }
    }
  }
}

extension LockHolder {
  var line: String {
    let value: JSON = [
      "user": .string(user), "host": .string(host), "process": .int(process),
      "since": .string(since.rfc3339),
    ]
    return value.compact + "\n"
  }

  /// Reads the line again; what cannot be read is `unknown`.
  init(line: String) {
    let value = try? JSON(line)
    self.init(
      user: value?["user"]?.string ?? "unknown", host: value?["host"]?.string ?? "unknown",
      process: value?["process"]?.int.flatMap { Int32(exactly: $0) } ?? 0,
      since: value?["since"]?.string.flatMap { Instant(rfc3339: $0) } ?? Instant(milliseconds: 0))
  }
}

extension FileSystem {
  /// Removes what a write of settings, manifest, sets or runs left behind when it was cut short. Runs that
  /// have their name and are not live are left to the import.
  func removeLeftovers() throws(FileError) {
    for folder in ["", StoreFile.sets] + RunKind.allCases.map(\.folder) {
      for name in try list(folder) where name.hasSuffix(".new") {
        try remove(folder.isEmpty ? name : folder + "/" + name)
      }
    }
  }
}
