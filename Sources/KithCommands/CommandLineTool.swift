import ArgumentParser
import Glibc
import KithScreen
public import KithSystem

/// The program behind `kith`: arguments in, exit code out.
public enum CommandLineTool {
  /// Reads and runs one command, and words whatever error ends it.
  ///
  /// The version is told before anything is asked of the outside.
  public static func run(
    _ arguments: [String], outside: @autoclosure () -> Outside
  ) -> Int32 {
    holdStandardStreams()
    // A reader that went away is an error of `write`, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    // So is a file that would pass the limit of the account.
    signal(SIGXFSZ, SIG_IGN)
    let console = Console()
    if arguments == ["--version"] { return answer(Kith.version + "\n", console) }
    let context = Context(outside: outside(), console: console)
    // What was opened stays until the process ends.
    _ = Unmanaged.passRetained(context.opened)
    do {
      defer {
        for warning in context.opened.takeWarnings() { context.console.warn(warning) }
      }
      let arguments = commandFirst(commentsApart(arguments))
      if let call = readPlainCall(arguments) {
        try call.run(context)
        return ExitStatus.done.rawValue
      }
      var command = try readCommand(arguments)
      if let command = command as? any Command {
        try command.run(context)
      } else {
        try command.run()
      }
      return ExitStatus.done.rawValue
    } catch is ReaderGone {
      return ExitStatus.done.rawValue
    } catch let outcome as Outcome {
      return outcome.status.rawValue
    } catch let error as any Explained {
      return fail(error.diagnostic, context.console)
    } catch {
      return finish(parserError: error, arguments: arguments, context.console)
    }
  }

  /// Takes the numbers of standard streams that the caller closed, so that no file of a store gets one and is
  /// read as input, or written into by a message. What is held fails as a closed one does.
  private static func holdStandardStreams() {
    for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) < 0 {
      _ = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// ArgumentParser ends a call by throwing: its help and version are results, the rest is usage.
  private static func finish(
    parserError error: any Error, arguments: [String], _ console: Console
  ) -> Int32 {
    guard Kith.exitCode(for: error) != .success else {
      if let slip = UsageError(helpAskedFor: arguments) { return fail(slip.diagnostic, console) }
      return answer(Kith.fullMessage(for: error) + "\n", console)
    }
    return fail(UsageError(parserError: error, arguments: arguments).diagnostic, console)
  }

  private static func answer(_ text: String, _ console: Console) -> Int32 {
    do {
      try console.print(text)
      return ExitStatus.done.rawValue
    } catch let error as any Explained {
      return fail(error.diagnostic, console)
    } catch {
      return error is ReaderGone ? ExitStatus.done.rawValue : ExitStatus.failed.rawValue
    }
  }

  private static func fail(_ diagnostic: Diagnostic, _ console: Console) -> Int32 {
    console.say(diagnostic.text(width: displayWidth))
    return diagnostic.status.rawValue
  }
}
