import Glibc
import KithSystem

/// Measures the release build of kith, and the engines that people would reach for, on the same log in
/// the same sitting; prints tables for people and JSON for programs. docs/performance.md says how to read
/// them.
@main
enum Bench {
  static func main() {
    do {
      let options = try Options(CommandLine.arguments.dropFirst())
      if options.isHelp { return print(Options.help) }
      let report = try Session(options).run()
      print(report.text)
      if let path = options.json { try writeText(report.json.pretty, to: path) }
      exit(report.isSound ? 0 : 1)
    } catch {
      say("kith-bench: \(error)")
      exit(error is UsageMistake ? 2 : 1)
    }
  }
}

/// What went wrong, for the person who measures.
struct BenchError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// How far it is, on standard error.
func say(_ text: String) {
  let line = Array((text + "\n").utf8)
  _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
