import Glibc
import KithSystem

/// One process, from exec to exit.
struct Run {
  let words: [String]
  let seconds: Double
  /// Peak resident memory, in bytes; never below what this program held when it started the other.
  let memory: Int
  let status: Int32
  let output: [UInt8]
}

/// Starts a program, waits for its end and takes its standard output; what it says on standard error is
/// kept beside it.
/// - Parameter scratch: a folder for the output, which goes to a file so that nobody has to read along.
func spawn(_ words: [String], variables: [String] = [], scratch: String) throws(BenchError) -> Run {
  let (output, complaints) = (scratch + "/stdout", scratch + "/stderr")
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  for (stream, path) in [(STDOUT_FILENO, output), (STDERR_FILENO, complaints)] {
    posix_spawn_file_actions_addopen(&actions, stream, path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
  }
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
  let arguments = words.map { strdup($0) } + [nil]
  let environment = (inherited() + variables).map { strdup($0) } + [nil]
  defer { (arguments + environment).forEach { free($0) } }
  var process: pid_t = 0
  let clock = ContinuousClock()
  let start = clock.now
  let failure = posix_spawnp(&process, words[0], &actions, nil, arguments, environment)
  guard failure == 0 else {
    throw BenchError("cannot start \(words[0]): " + String(cString: strerror(failure)))
  }
  var status: Int32 = 0
  var usage = rusage()
  while wait4(process, &status, 0, &usage) < 0, errno == EINTR {}
  let took = (clock.now - start).components
  let seconds = Double(took.seconds) + Double(took.attoseconds) / 1e18
  let code = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
  return Run(
    words: words, seconds: seconds, memory: usage.ru_maxrss * 1024, status: code,
    output: (try? readFile(output)) ?? [])
}

/// Runs a program that has to succeed.
/// - Parameter allowed: exit codes that are no failure.
func succeed(
  _ words: [String], variables: [String] = [], scratch: String, allowed: Set<Int32> = [0]
) throws(BenchError) -> Run {
  let run = try spawn(words, variables: variables, scratch: scratch)
  guard allowed.contains(run.status) else {
    let said =
      (try? readFile(scratch + "/stderr")).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let command = words.joined(separator: " ")
    throw BenchError("exit \(run.status) of \(command)\n\(said.suffix(2000))")
  }
  return run
}

private func inherited() -> [String] {
  var all: [String] = []
  var entry = environ
  while let text = entry.pointee {
    all.append(String(cString: text))
    entry += 1
  }
  return all
}

func exists(_ path: String) -> Bool {
  access(path, F_OK) == 0
}

func writeText(_ text: String, to path: String) throws(BenchError) {
  guard let file = fopen(path, "w") else { throw BenchError("cannot write \(path)") }
  let written = Array(text.utf8).withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
  guard fclose(file) == 0, written == text.utf8.count else {
    throw BenchError("cannot write \(path)")
  }
}

/// Makes a folder where there is none.
func makeDirectory(_ path: String) {
  mkdir(path, 0o755)
}
