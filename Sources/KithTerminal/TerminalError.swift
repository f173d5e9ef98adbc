/// Why the terminal could not be taken over.
public enum TerminalError: Error, Hashable, Sendable {
  case unavailable(Reason)

  public enum Reason: Hashable, Sendable {
    /// Input or output is a pipe or a file.
    case notATerminal
    /// No description of this `TERM` is installed.
    case unknownType(String)
    /// `TERM` cannot place the cursor (`dumb`).
    case tooPlain(String)
    /// This process holds it already.
    case taken
  }
}

extension TerminalError {
  /// What is wrong, what it is about, and what to do: the words of a diagnostic, which this room
  /// cannot name.
  public var words: (what: String, subject: String?, remedy: String) {
    switch self {
    case .unavailable(.notATerminal):
      ("this is no terminal", nil, "run it in a terminal, or use a command such as kith stages")
    case .unavailable(.unknownType(let type)):
      (
        "the system has no description of this terminal", "TERM=" + type,
        "set TERM=xterm-256color, or install the package ncurses-term"
      )
    case .unavailable(.tooPlain(let type)):
      (
        "this terminal cannot place its cursor", "TERM=" + type,
        "use another terminal, or a command such as kith stages"
      )
    case .unavailable(.taken):
      ("the terminal is in use by this process", nil, "close the interface first")
    }
  }
}
