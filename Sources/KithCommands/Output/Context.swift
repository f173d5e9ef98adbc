import ArgumentParser
import KithSystem

/// What a command is run with: the outside and the streams.
struct Context: Sendable {
  let outside: Outside
  let console: Console
  /// The program's file, as the system names it; nil where it does not tell.
  let executable: String?
}

/// A command of kith: read by ArgumentParser, run with the outside handed to it.
///
/// Commands are where the errors of all rooms meet, so `run` throws any of them; `CommandLineTool`
/// words them.
protocol Command: ParsableCommand {
  func run(_ context: Context) throws
}
