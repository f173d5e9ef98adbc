import KithCampaigns

/// What was said between us and the mail server about one message, and what it means.
///
/// The line that matters is DATA. Before its 354 the message cannot have left: what the server said, or
/// its silence, decides between *refused* and *failed*. After it, a reply decides; without one the
/// message is *unknown* as soon as its body was handed over to the end, since the server may keep it.
struct MailExchange: Equatable {
  /// The server asked for the body (354).
  var bodyWanted = false
  /// The body was handed to libcurl to its end.
  var bodyHandedOver = false
  /// The last reply's code, before or after the 354.
  var reply = 0
  /// The reply's enhanced status (RFC 3463), `5.1.1`; empty where there is none.
  var status = ""
  /// A reply came after the 354.
  var isAnswered = false
  /// We said QUIT: what the server says to that is not about the message.
  private var isOver = false
  /// There is nothing left to wait for: not for an answer to QUIT from a server that fell silent.
  var isDone: Bool { isOver && (reply != 0 || bodyWanted) }

  /// Takes one line that we said.
  mutating func say(_ line: UnsafeRawBufferPointer) {
    if line.starts(with: "QUIT".utf8) { isOver = true }
    // An idle connection may have been closed before this message began on another.
    if line.starts(with: "EHLO".utf8) || line.starts(with: "MAIL".utf8) { isOver = false }
  }

  /// Takes one line that the server said.
  mutating func hear(_ line: UnsafeRawBufferPointer) {
    guard !isOver, !isAnswered, line.count >= 3,
      line.prefix(3).allSatisfy({ (0x30...0x39).contains($0) })
    else { return }
    if line.count > 3, line[3] == UInt8(ascii: "-") { return }
    reply = line.prefix(3).reduce(0) { $0 * 10 + Int($1 - 0x30) }
    let rest = line.dropFirst(4).prefix { $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }
    let parts = rest.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    status = parts.count == 3 && rest.count <= 9 ? String(decoding: rest, as: UTF8.self) : ""
    if bodyWanted { isAnswered = true }
    if reply == 354 { bodyWanted = true }
  }

  /// The last reply's numbers; its text may hold an address.
  var said: String { status.isEmpty ? "\(reply)" : "\(reply) \(status)" }

  /// - Parameter problem: libcurl's own word for what went wrong; nil where nothing did.
  func result(problem: String?) -> DeliveryResult {
    guard let problem else { return .accepted }
    if isAnswered {
      switch reply {
      case 200..<300: return .accepted
      case 500..<600: return .refused(reason: said)
      default: return .failed(reason: said)
      }
    }
    if bodyWanted {
      return bodyHandedOver ? .unknown(reason: problem) : .failed(reason: problem)
    }
    switch reply {
    case 500..<600: return .refused(reason: said)
    case 400..<500: return .failed(reason: said)
    default: return .failed(reason: problem)
    }
  }
}
