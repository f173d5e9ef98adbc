import Glibc

/// A file of the outside world, which may be anywhere and may be a link: an import's source, a
/// theme, the system's zones.
public func readFile(_ path: String) throws(FileError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw FileError.last("read", path) }
  defer { close(descriptor) }
  if try fileInfo(descriptor, path).kind == .directory {
    throw FileError(operation: "read", name: path, reason: .notAFile)
  }
  return try readAll(descriptor, path)
}

/// Everything that is not the store: the clock, chance, the caller's variables.
///
/// Built once at the top (`kith`) and handed down; tests hand down their own.
public struct Outside: Sendable {
  public var clock: any Clock
  public var randomness: any Randomness
  public var variables: Variables
  /// The caller's numeric user id.
  public var userID: UInt32
  /// nil: as the system says, which is asked when it is needed; so is the host's name.
  private var givenName: String?
  private var givenHost: String?
  public var processID: Int32
  /// Stands in for the directory at ``stateHome``; nil outside tests.
  public let state: (any FileSystem)?

  public init(
    clock: any Clock, randomness: any Randomness, variables: Variables, userID: UInt32,
    userName: String?, hostName: String?, processID: Int32, state: (any FileSystem)? = nil
  ) {
    self.clock = clock
    self.randomness = randomness
    self.variables = variables
    self.userID = userID
    givenName = userName
    givenHost = hostName
    self.processID = processID
    self.state = state
  }

  /// The real outside of this process.
  public static func real() -> Outside {
    Outside(
      clock: SystemClock(), randomness: SystemRandomness(), variables: .ofProcess,
      userID: geteuid(),
      userName: nil, hostName: nil, processID: getpid())
  }

  public var hostName: String {
    get { givenHost ?? machineName() }
    set { givenHost = newValue }
  }

  /// The name that decisions are recorded under.
  public var userName: String {
    get {
      givenName ?? account(userID) { String(cString: $0.pw_name) } ?? variables["USER"]
        ?? "uid\(userID)"
    }
    set { givenName = newValue }
  }

  /// Where a person's own state lies, outside every store: `$XDG_STATE_HOME/kith`.
  public var stateHome: String {
    if let home = variables["XDG_STATE_HOME"], home.hasPrefix("/") { return home + "/kith" }
    return home + "/.local/state/kith"
  }

  /// The caller's own directory: `$HOME`, else what the list of accounts says, as for a service that is
  /// started without. Never one that others could have made.
  public var home: String {
    if let home = variables["HOME"], home.hasPrefix("/") { return home }
    return account(userID) { String(cString: $0.pw_dir) } ?? ""
  }

  /// The files of ``stateHome``, which is made where it is missing.
  public func stateFiles() throws(FileError) -> any FileSystem {
    if let state { return state }
    var path = ""
    for part in stateHome.split(separator: "/") {
      path += "/" + part
      if mkdir(path, 0o700) != 0, errno != EEXIST, access(path, F_OK) != 0 {
        throw FileError.last("make", path)
      }
    }
    return try DiskFileSystem(root: stateHome)
  }
}

private func machineName() -> String {
  var name = [CChar](repeating: 0, count: 256)
  gethostname(&name, name.count - 1)
  return String(
    decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// What the system's list of accounts says of one; nil where it has none.
private func account(_ id: UInt32, _ say: (passwd) -> String) -> String? {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
    guard let base = buffer.baseAddress else { return nil }
    var account = passwd()
    var found: UnsafeMutablePointer<passwd>?
    getpwuid_r(id, &account, base, buffer.count, &found)
    return found.map { say($0.pointee) }
  }
}

/// What time it is.
public protocol Clock: Sendable {
  func now() -> Instant
  /// Waits; the real clock's way unless a test has its own.
  func sleep(milliseconds: Int)
}

extension Clock {
  public func sleep(milliseconds: Int) {
    usleep(UInt32(clamping: milliseconds * 1000))
  }
}

/// Bytes that nobody can foresee.
public protocol Randomness: Sendable {
  func bytes(_ count: Int) -> [UInt8]
}

/// The machine's clock.
public struct SystemClock: Clock {
  public init() {}

  public func now() -> Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }
}

/// The system's generator, fit for keys.
public struct SystemRandomness: Randomness {
  public init() {}

  public func bytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }
}
