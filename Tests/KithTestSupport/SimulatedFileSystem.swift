// A disk in memory that forgets. Each file has the bytes that were written and those that were
// synced, each directory likewise its names. Every call that changes something is counted; at the
// n-th one the disk fails once, or the power goes: then every later call fails, and `afterCrash`
// gives the disk as the next start finds it.

public import KithSystem
import Synchronization

public final class SimulatedFileSystem: FileSystem {
  /// What happens at a counted call.
  public enum Fault: Sendable, CaseIterable {
    /// The call fails; later ones succeed.
    case fails
    /// A write takes half of its bytes, then fails; later calls succeed.
    case tears
    /// The power goes just before the call.
    case cut
    /// The power goes in the middle of a write.
    case cutInside
  }

  /// What outlives a crash.
  public enum Survival: Sendable, CaseIterable {
    /// All that was written: the process was killed, the machine went on.
    case everything
    /// Only what was synced.
    case synced
    /// All names, but of contents only what was synced, and half of what was added after.
    case names
  }

  public let root: String
  private let disk: Disk
  private let top: Int

  public convenience init() {
    self.init(disk: Disk(), top: 0, root: "/simulated")
  }

  private init(disk: Disk, top: Int, root: String) {
    self.disk = disk
    self.top = top
    self.root = root
  }

  /// Calls that changed something, so far.
  public var changes: Int { disk.state.withLock { $0.changes } }

  /// Makes the n-th change from now, counted from 1, go wrong.
  public func arm(_ fault: Fault, at number: Int) {
    disk.state.withLock { state in
      state.fault = (fault, state.changes + number)
    }
  }

  public func disarm() {
    disk.state.withLock { $0.fault = nil }
  }

  /// The disk after a restart.
  public func afterCrash(_ survival: Survival) -> SimulatedFileSystem {
    let nodes = disk.state.withLock { state in state.nodes.mapValues { $0.surviving(survival) } }
    return SimulatedFileSystem(disk: Disk(nodes: nodes), top: top, root: root)
  }

  /// The same disk beneath one of its directories; nil where there is none.
  public func beneath(_ name: String) -> SimulatedFileSystem? {
    disk.state.withLock { $0.find(name, from: top) }.map {
      SimulatedFileSystem(disk: disk, top: $0, root: root + "/" + name)
    }
  }
}

extension SimulatedFileSystem {
  fileprivate struct Node: Sendable {
    var kind: FileInfo.Kind
    var bytes: [UInt8] = []
    var syncedBytes: [UInt8] = []
    var names: [String: Int] = [:]
    var syncedNames: [String: Int] = [:]

    func surviving(_ survival: Survival) -> Node {
      var node = self
      switch survival {
      case .everything: break
      case .synced:
        node.bytes = syncedBytes
        node.names = syncedNames
      case .names:
        node.bytes = syncedBytes
        if bytes.starts(with: syncedBytes) {
          node.bytes += bytes[syncedBytes.count...].prefix((bytes.count - syncedBytes.count) / 2)
        }
      }
      node.syncedBytes = node.bytes
      node.syncedNames = node.names
      return node
    }
  }

  fileprivate final class Disk: Sendable {
    struct State: Sendable {
      var nodes: [Int: Node]
      var next = 1
      var changes = 0
      var fault: (Fault, Int)?
      var isDead = false
      var locks: [Int: String] = [:]
    }

    let state: Mutex<State>

    init(nodes: [Int: Node] = [0: Node(kind: .directory)]) {
      state = Mutex(State(nodes: nodes, next: (nodes.keys.max() ?? 0) + 1))
    }
  }

  /// Runs a call on the state; `FileError` crosses the mutex as a result.
  fileprivate func with<Value: Sendable>(
    _ body: (inout Disk.State) -> Result<Value, FileError>
  ) throws(FileError) -> Value {
    try disk.state.withLock { body(&$0) }.get()
  }

  fileprivate func error(
    _ operation: String, _ name: String, _ reason: FileError.Reason
  ) -> FileError {
    FileError(operation: operation, name: name, reason: reason)
  }
}

extension SimulatedFileSystem.Disk.State {
  /// Counts a change. Gives the fault that strikes it, if one does.
  mutating func change() -> SimulatedFileSystem.Fault? {
    changes += 1
    guard let (fault, number) = fault, changes == number else { return nil }
    if fault == .cut || fault == .cutInside { isDead = true }
    return fault
  }

  func find(_ name: String, from top: Int) -> Int? {
    var node = top
    for part in name.split(separator: "/") {
      guard let next = nodes[node]?.names[String(part)] else { return nil }
      node = next
    }
    return node
  }

  /// The directory that holds a name, and its last part.
  func parent(_ name: String, from top: Int) -> (Int, String)? {
    let parts = name.split(separator: "/").map(String.init)
    guard let leaf = parts.last, !parts.contains(".."),
      let directory = find(parts.dropLast().joined(separator: "/"), from: top),
      nodes[directory]?.kind == .directory
    else { return nil }
    return (directory, leaf)
  }

  mutating func make(_ kind: FileInfo.Kind, _ leaf: String, in directory: Int) -> Int {
    let number = next
    next += 1
    nodes[number] = SimulatedFileSystem.Node(kind: kind)
    nodes[directory]?.names[leaf] = number
    return number
  }
}

extension SimulatedFileSystem {
  public func info(_ name: String) throws(FileError) -> FileInfo? {
    try with { state in
      guard let node = state.find(name, from: top).flatMap({ state.nodes[$0] }) else {
        return .success(nil)
      }
      let mode: UInt32 = node.kind == .directory ? 0o700 : 0o600
      return .success(
        FileInfo(kind: node.kind, size: node.bytes.count, owner: 1000, mode: mode))
    }
  }

  public func list(_ name: String) throws(FileError) -> [String] {
    try with { state in
      let node = state.find(name, from: top).flatMap { state.nodes[$0] }
      return .success(
        (node?.names.keys).map(Array.init)?
          .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } ?? [])
    }
  }

  public func read(_ name: String) throws(FileError) -> [UInt8] {
    try with { state in
      guard let node = state.find(name, from: top).flatMap({ state.nodes[$0] }) else {
        return .failure(error("read", name, .missing))
      }
      return node.kind == .file ? .success(node.bytes) : .failure(error("read", name, .notAFile))
    }
  }

  public func map(_ name: String) throws(FileError) -> MappedBytes {
    MappedBytes(copying: try read(name))
  }

  public func open(_ name: String, _ mode: WriteMode) throws(FileError) -> any WritableFile {
    let number = try with { state -> Result<Int, FileError> in
      guard let (directory, leaf) = state.parent(name, from: top) else {
        return .failure(error("write", name, .missing))
      }
      if let found = state.nodes[directory]?.names[leaf] {
        if mode == .create { return .failure(error("write", name, .exists)) }
        if mode == .append { return .success(found) }
      }
      if state.isDead || state.change() != nil { return .failure(error("write", name, .full)) }
      if let found = state.nodes[directory]?.names[leaf] {
        state.nodes[found]?.bytes = []
        return .success(found)
      }
      return .success(state.make(.file, leaf, in: directory))
    }
    return SimulatedFile(system: self, number: number, name: name)
  }

  public func makeDirectory(_ name: String) throws(FileError) {
    try with { state -> Result<Void, FileError> in
      var path = ""
      for part in name.split(separator: "/") {
        path += path.isEmpty ? String(part) : "/" + part
        if state.find(path, from: top) != nil { continue }
        guard let (directory, leaf) = state.parent(path, from: top), !state.isDead,
          state.change() == nil
        else { return .failure(error("make", path, .full)) }
        _ = state.make(.directory, leaf, in: directory)
      }
      return .success(())
    }
  }

  public func rename(_ from: String, to: String) throws(FileError) {
    try with { state -> Result<Void, FileError> in
      guard let (source, sourceLeaf) = state.parent(from, from: top),
        let (target, targetLeaf) = state.parent(to, from: top),
        let number = state.nodes[source]?.names[sourceLeaf]
      else { return .failure(error("rename", from, .missing)) }
      if state.isDead || state.change() != nil { return .failure(error("rename", from, .full)) }
      state.nodes[source]?.names[sourceLeaf] = nil
      state.nodes[target]?.names[targetLeaf] = number
      return .success(())
    }
  }

  public func remove(_ name: String) throws(FileError) {
    try with { state -> Result<Void, FileError> in
      guard let (directory, leaf) = state.parent(name, from: top),
        state.nodes[directory]?.names[leaf] != nil
      else { return .success(()) }
      if state.isDead || state.change() != nil { return .failure(error("remove", name, .full)) }
      state.nodes[directory]?.names[leaf] = nil
      return .success(())
    }
  }

  public func syncDirectory(_ name: String) throws(FileError) {
    try with { state -> Result<Void, FileError> in
      guard let number = state.find(name, from: top), let names = state.nodes[number]?.names else {
        return .failure(error("sync", name, .missing))
      }
      if state.isDead || state.change() != nil { return .failure(error("sync", name, .full)) }
      state.nodes[number]?.syncedNames = names
      return .success(())
    }
  }

  public func lock(_ name: String, holder: String) throws(FileError) -> LockOutcome {
    try with { state in
      guard !state.isDead, let (directory, leaf) = state.parent(name, from: top) else {
        return .failure(error("lock", name, .full))
      }
      let number =
        state.nodes[directory]?.names[leaf] ?? state.make(.file, leaf, in: directory)
      if let other = state.locks[number] { return .success(.busy(holder: other)) }
      state.locks[number] = holder
      return .success(.held(SimulatedLock(disk: disk, number: number)))
    }
  }
}

private final class SimulatedLock: LockHandle {
  private let disk: SimulatedFileSystem.Disk
  private let number: Int
  private let isHeld = Mutex(true)

  init(disk: SimulatedFileSystem.Disk, number: Int) {
    self.disk = disk
    self.number = number
  }

  func release() {
    let wasHeld = isHeld.withLock { held in
      defer { held = false }
      return held
    }
    if wasHeld { disk.state.withLock { $0.locks[number] = nil } }
  }

  deinit { release() }
}

private final class SimulatedFile: WritableFile {
  private let system: SimulatedFileSystem
  private let number: Int
  private let name: String

  init(system: SimulatedFileSystem, number: Int, name: String) {
    self.system = system
    self.number = number
    self.name = name
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    let all = Array(bytes)
    try change("write") { state, fault in
      guard let fault else {
        state.nodes[self.number]?.bytes += all
        return true
      }
      if fault == .tears || fault == .cutInside {
        state.nodes[self.number]?.bytes += all[..<(all.count / 2)]
      }
      return false
    }
  }

  func sync() throws(FileError) {
    try change("sync") { state, fault in
      guard fault == nil, let bytes = state.nodes[self.number]?.bytes else { return false }
      state.nodes[self.number]?.syncedBytes = bytes
      return true
    }
  }

  func truncate(to size: Int) throws(FileError) {
    try change("cut") { state, fault in
      guard fault == nil, let bytes = state.nodes[self.number]?.bytes else { return false }
      let zeros = [UInt8](repeating: 0, count: max(0, size - bytes.count))
      state.nodes[self.number]?.bytes = Array(bytes.prefix(size)) + zeros
      return true
    }
  }

  func size() throws(FileError) -> Int {
    try system.with { state in .success(state.nodes[number]?.bytes.count ?? 0) }
  }

  func close() throws(FileError) {}

  private func change(
    _ operation: String,
    _ body: (inout SimulatedFileSystem.Disk.State, SimulatedFileSystem.Fault?) -> Bool
  ) throws(FileError) {
    try system.with { state in
      let done = !state.isDead && body(&state, state.change())
      return done ? .success(()) : .failure(system.error(operation, name, .full))
    }
  }
}
