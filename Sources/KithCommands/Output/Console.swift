import Glibc
import KithScreen
import KithSystem

/// The three standard streams of this process.
///
/// Results go to standard output by `print`, everything else to standard error by `say`; both are one
/// system call a text, so that threads do not mix their lines.
struct Console: Sendable {
  let inputIsTerminal = isatty(STDIN_FILENO) == 1
  let outputIsTerminal = isatty(STDOUT_FILENO) == 1
  let errorIsTerminal = isatty(STDERR_FILENO) == 1

  /// Columns of the terminal on standard error or output; 80 where neither is one.
  var width: Int {
    var size = winsize()
    for stream in [STDERR_FILENO, STDOUT_FILENO]
    where ioctl(stream, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 {
      return Int(size.ws_col)
    }
    return 80
  }

  func print(_ text: String) throws {
    try print(bytes: Array(text.utf8))
  }

  /// - Throws: ``ReaderGone`` where a pipe was closed at the other end, else a ``Diagnostic``.
  func print(bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { buffer in try print(buffer) }
  }

  func print(_ buffer: UnsafeRawBufferPointer) throws {
    var rest = buffer[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest)
      let written = Glibc.write(STDOUT_FILENO, part.baseAddress, part.count)
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        if errno == EPIPE { throw ReaderGone() }
        throw Diagnostic(
          "cannot write the output: " + String(cString: strerror(errno)),
          remedy: "check what it is sent to")
      }
      rest = rest.dropFirst(written)
    }
  }

  func print(_ json: JSON) throws {
    try print(bytes: json.prettyBytes)
  }

  /// A message for the person at the terminal; what becomes of it is of no interest.
  func say(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  /// A warning, in the words of an error.
  func warn(_ diagnostic: Diagnostic) {
    var warning = diagnostic
    warning.what = "warning: " + warning.what
    say(warning.text(width: displayWidth))
  }

  /// Puts a question on standard error and reads a line; nil at the end of input.
  func ask(_ question: String) -> String? {
    say(question)
    return readLine(strippingNewline: true)
  }
}

/// The program at the other end of the pipe has read enough.
struct ReaderGone: Error {}

/// All of standard input.
func readStandardInput() throws -> [UInt8] {
  try readFile("/dev/stdin")
}

/// Cells that a text takes on a terminal.
func displayWidth(_ text: String) -> Int {
  Text.width(text)
}
