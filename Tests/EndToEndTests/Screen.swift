import Foundation

// Foundation is here for its Process alone.

/// A real terminal in tmux: a server of its own, no configuration, fixed size, locale and TERM.
///
/// Nothing here sleeps for a length of time: every step waits for what it expects to see.
final class Screen {
  struct Missing: Error, CustomStringConvertible {
    let wanted: String
    let screen: String
    var description: String { "waited for “\(wanted)”, saw:\n\(screen)" }
  }

  let place: URL
  /// Whose folder it is, where it is not this one's own.
  private let owner: Screen?
  private let socket = "kith-\(UUID().uuidString.prefix(8))"

  static let isAvailable = FileManager.default.isExecutableFile(atPath: "/usr/bin/tmux")

  /// A folder to work in, with the environment that every command in it has.
  init() throws {
    owner = nil
    place = FileManager.default.temporaryDirectory.appending(path: socket)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
  }

  /// Another terminal in the folder of one that is there.
  init(continuing other: Screen) throws {
    owner = other
    place = other.place
  }

  deinit {
    // A server that a test begins has its signals blocked, as threads of the tests have: `kill-server`, which
    // sends it one, would do nothing. It ends with its last session.
    _ = try? tmux(["kill-session", "-a", ";", "kill-session"])
    if owner == nil { try? FileManager.default.removeItem(at: place) }
  }

  /// Starts a shell command in a window of this size.
  func start(
    _ command: String, width: Int = 100, height: Int = 30, environment: [String: String] = [:]
  ) throws {
    let variables = self.environment.merging(environment) { $1 }
    let settings = variables.map { "\($0)='\($1)'" }.sorted().joined(separator: " ")
    try tmux([
      "new-session", "-d", "-x", "\(width)", "-y", "\(height)", "-c", place.path,
      "env -i \(settings) bash -c '\(command); echo left with $?; exec cat'",
    ])
  }

  /// Presses keys by tmux's names, one after the other.
  func press(_ keys: String...) throws {
    try tmux(["send-keys"] + keys)
  }

  /// Types a text as it stands.
  func type(_ text: String) throws {
    try tmux(["send-keys", "-l", text])
  }

  func resize(width: Int, height: Int) throws {
    try tmux(["resize-window", "-x", "\(width)", "-y", "\(height)"])
  }

  var text: String {
    (try? tmux(["capture-pane", "-p"])) ?? ""
  }

  /// Waits until the screen holds a text.
  func wait(_ wanted: String, seconds: Double = 30) throws {
    try wait(wanted, seconds: seconds) { $0.contains(wanted) }
  }

  /// Waits until a text is gone from the screen.
  func waitUntilGone(_ text: String, seconds: Double = 30) throws {
    try wait("no " + text, seconds: seconds) { !$0.contains(text) }
  }

  func wait(_ name: String, seconds: Double = 30, _ holds: (String) -> Bool) throws {
    let end = Date().addingTimeInterval(seconds)
    var seen = text
    while !holds(seen) {
      guard Date() < end else { throw Missing(wanted: name, screen: seen) }
      Thread.sleep(forTimeInterval: 0.02)  // between two looks
      seen = text
    }
  }

  /// Runs a shell command in the same folder and environment, outside the terminal.
  @discardableResult
  func shell(_ command: String) throws -> String {
    try run("/bin/bash", ["-c", command])
  }

  private var environment: [String: String] {
    [
      "PATH": productFolder.path + ":/usr/bin:/bin", "HOME": place.path,
      "XDG_STATE_HOME": place.path + "/.state", "TZ": "UTC", "LC_ALL": "C.UTF-8",
      "TERM": "tmux-256color", "KITH_STORE": place.path + "/shop.kith",
      "TMUX_TMPDIR": place.path,
    ]
  }

  @discardableResult
  private func tmux(_ arguments: [String]) throws -> String {
    // Foundation learns of a child's end from a descriptor that the child inherits. tmux leaves a
    // server behind, which would hold it open for ever, so everything but 0, 1 and 2 is closed.
    let closing = """
      for path in /proc/self/fd/*; do
        number=${path##*/}
        if [ "$number" -gt 2 ]; then eval "exec $number>&-"; fi
      done
      exec "$@"
      """
    return try run(
      "/bin/bash",
      ["-c", closing, "tmux", "/usr/bin/tmux", "-L", socket, "-f", "/dev/null"] + arguments)
  }

  private func run(_ program: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.currentDirectoryURL = place
    process.environment = environment
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: bytes, as: UTF8.self)
  }
}

private let productFolder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
  .deletingLastPathComponent()
