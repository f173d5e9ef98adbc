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
  /// What it said on standard error.
  let complaints: [UInt8]
}

/// Starts a program, waits for its end and takes what it wrote. That goes to memory: nobody has to read
/// along, and no disk's time is measured with the program's.
func spawn(_ words: [String], variables: [String] = []) throws(BenchError) -> Run {
  let streams = try [(STDOUT_FILENO, "out"), (STDERR_FILENO, "err")].map {
    stream, name throws(BenchError) in
    (stream, try memory("/kith-bench-\(getpid())-\(name)"))
  }
  defer { streams.forEach { close($0.1) } }
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  for (stream, file) in streams { posix_spawn_file_actions_adddup2(&actions, file, stream) }
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
    output: written(streams[0].1), complaints: written(streams[1].1))
}

/// A file in memory, without a name once it is open.
private func memory(_ name: String) throws(BenchError) -> Int32 {
  shm_unlink(name)
  let file = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600)
  guard file >= 0 else { throw BenchError("no shared memory: " + String(cString: strerror(errno))) }
  shm_unlink(name)
  return file
}

/// Everything in a file, from its beginning.
private func written(_ file: Int32) -> [UInt8] {
  let size = max(0, Int(lseek(file, 0, SEEK_END)))
  return [UInt8](unsafeUninitializedCapacity: size) { bytes, count in
    count = max(0, pread(file, bytes.baseAddress, size, 0))
  }
}

/// Runs a program that has to succeed.
/// - Parameter allowed: exit codes that are no failure.
func succeed(
  _ words: [String], variables: [String] = [], allowed: Set<Int32> = [0]
) throws(BenchError) -> Run {
  let run = try spawn(words, variables: variables)
  guard allowed.contains(run.status) else {
    let said = String(decoding: run.complaints, as: UTF8.self)
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
