import CCurl
import KithCampaigns
import KithSystem
import Synchronization

/// Mail over SMTP, by as many connections as threads ask for, each kept and used again.
final class EmailChannel: Channel {
  /// A mail server knows no idempotency keys.
  let isIdempotent = false
  private let settings: EmailSettings
  private let idle = Mutex<[MailSession]>([])

  init(_ settings: EmailSettings) {
    self.settings = settings
  }

  func ready() throws(CampaignError) {
    if let problem = kith_curl_load() {
      throw .channelNotReady(channel: "email", reason: String(cString: problem))
    }
    guard let session = session() else {
      throw .channelNotReady(channel: "email", reason: "libcurl cannot start")
    }
    if let problem = session.greet() {
      throw .channelNotReady(channel: "email", reason: problem)
    }
    keep(session)
  }

  func send(_ message: Message) -> DeliveryResult {
    let bytes: [UInt8]
    do throws(MailMessageError) {
      bytes = try mailBytes(message, from: settings.from, at: settings.clock.now())
    } catch {
      switch error {
      case .notAnAddress: return .refused(reason: "not a mail address")
      case .controlCharacter(let header):
        return .refused(reason: "a control character in \(header)")
      }
    }
    guard let session = session() else { return .failed(reason: "libcurl cannot be loaded") }
    defer { keep(session) }
    return session.send(bytes, to: message.address)
  }

  private func session() -> MailSession? {
    idle.withLock { $0.popLast() } ?? MailSession(settings)
  }

  private func keep(_ session: MailSession) {
    idle.withLock { $0.append(session) }
  }
}
