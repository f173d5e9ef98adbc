import CTerminal
public import KithScreen

/// The terminal, taken over for as long as this value lives.
///
/// Curses knows one screen and one thread: make it on the main thread and keep it there. What other
/// threads have to say goes through a `Mailbox`. Signals to end become events; a fault, or a second
/// such signal that the loop did not answer, puts the screen back before the process dies.
public struct Terminal: ~Copyable {
  /// How many colours it shows; none where the person asked for none (`NO_COLOR`).
  public let colorDepth: ColorDepth
  /// Whether bars, shades and wide scripts can be counted on: not on the Linux console, nor without
  /// UTF-8.
  public let isUnicodeRich: Bool
  public private(set) var size: Size

  private let isUTF8: Bool
  private var decoder = InputDecoder()
  /// What the last wait brought and is not told yet: bits of `ct_wait`.
  private var news: UInt32 = 0
  private var signal: Int32 = 0
  private var quietMs = 0
  var looks: [Style: Look] = [:]

  /// Takes the screen.
  /// - Parameters:
  ///   - type: what `TERM` says.
  ///   - isColorless: whether `NO_COLOR` asks for no colours.
  public init(type: String, isColorless: Bool) throws(TerminalError) {
    switch ct_open() {
    case CT_OK: break
    case CT_UNKNOWN_TYPE: throw .unavailable(.unknownType(type))
    case CT_TOO_PLAIN: throw .unavailable(.tooPlain(type))
    case CT_TAKEN: throw .unavailable(.taken)
    default: throw .unavailable(.notATerminal)
    }
    let colors = Int(ct_colors())
    let depth = ColorDepth.allCases.last { $0.rawValue <= colors } ?? .none
    colorDepth = isColorless ? .none : depth
    isUTF8 = ct_is_utf8() != 0
    isUnicodeRich = isUTF8 && !type.hasPrefix("linux") && !type.hasPrefix("vt")
    size = measured()
  }

  deinit { ct_close() }

  /// Waits for the next event, at most `timeoutMs` (for ever where negative); nil where none came.
  ///
  /// An escape key is told from the start of a sequence by 25 ms of silence, so a caller that only
  /// ever asks with 0 does not hear of it.
  public mutating func next(timeoutMs: Int) -> InputEvent? {
    while true {
      if let event = decoder.next() { return event }
      if let event = tell() { return event }
      let patience = decoder.patienceMs.map { max(0, $0 - quietMs) }
      let asked = timeoutMs < 0 ? Int.max : timeoutMs
      let wait = min(asked, patience ?? Int.max)
      news = ct_wait(wait == .max ? -1 : Int32(clamping: wait), &signal)
      if news != 0 {
        quietMs = 0
        continue
      }
      if let patience, wait == patience {
        quietMs = 0
        if let event = decoder.giveUp() { return event }
      } else {
        quietMs += patience == nil ? 0 : wait
        if timeoutMs >= 0 { return nil }
      }
    }
  }

  /// Stops the process as ctrl-z does; returns when the shell lets it go on, with the screen redrawn.
  public mutating func suspend() {
    ct_stop()
    size = measured()
  }

  /// Gives the terminal to another program (an editor) while `body` runs, then draws what was shown.
  ///
  /// The size may have changed: draw anew afterwards.
  public mutating func withSuspended<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    ct_leave()
    defer {
      ct_return()
      size = measured()
    }
    return try body()
  }

  /// One piece of the news, the most urgent first.
  private mutating func tell() -> InputEvent? {
    func take(_ bit: Int, _ news: inout UInt32) -> Bool {
      defer { news &= ~UInt32(bit) }
      return news & UInt32(bit) != 0
    }
    if take(CT_TERMINATED, &news) { return .terminate(signal: signal) }
    if take(CT_STOPPED, &news) {
      suspend()
      return .resize(size)
    }
    if take(CT_CONTINUED, &news) {
      ct_return()
      size = measured()
      return .resize(size)
    }
    if take(CT_RESIZED, &news) {
      size = measured()
      return .resize(size)
    }
    if take(CT_INPUT, &news) {
      var bytes = [UInt8](repeating: 0, count: 4096)
      let count = ct_read(&bytes, Int32(bytes.count))
      if count < 0 { return .closed }
      decoder.feed(bytes[..<Int(count)])
      return decoder.next()
    }
    if take(CT_WOKEN, &news) { return .wake }
    if take(CT_CLOSED, &news) { return .closed }
    return nil
  }

  func isDrawable(_ scalar: UInt32) -> Bool { isUTF8 || scalar < 0x80 }
}

private func measured() -> Size {
  let size = ct_measure()
  return Size(width: Int(size.columns), height: Int(size.rows))
}
