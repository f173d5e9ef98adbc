import CCurl
import KithCampaigns

/// One connection to a mail server: an easy handle of libcurl, used for message after message.
///
/// One thread at a time. The connection opens with the first message and stays; where the server closed
/// it in between, the message goes over a new one, as long as DATA was not reached.
final class MailSession: @unchecked Sendable {  // its owner gives it to one thread at a time
  private let handle: OpaquePointer
  private let exchange: UnsafeMutablePointer<Upload>

  /// What the callbacks of libcurl read and write.
  private struct Upload {
    var bytes: [UInt8] = []
    var at = 0
    var heard = MailExchange()
  }

  /// nil where libcurl cannot be loaded.
  init?(_ settings: EmailSettings) {
    guard let handle = kith_curl_open() else { return nil }
    self.handle = handle
    exchange = .allocate(capacity: 1)
    exchange.initialize(to: Upload())
    configure(settings)
  }

  deinit {
    kith_curl_close(handle)
    exchange.deinitialize(count: 1)
    exchange.deallocate()
  }

  private func configure(_ settings: EmailSettings) {
    text(.url, settings.url)
    text(.proxy, "")
    number(.protocols, 1 << 16 | 1 << 17)
    number(.noSignal, 1)
    number(.timeoutMs, settings.timeoutMs)
    number(.connectTimeoutMs, settings.timeoutMs)
    number(.answerTimeout, max(1, (settings.timeoutMs + 999) / 1000))
    number(.verifyPeer, 1)
    number(.verifyHost, 2)
    number(.useTLS, settings.encryption == .startTLS ? 3 : 0)
    if let authorities = settings.authorities { text(.authorities, authorities) }
    if let login = settings.login {
      text(.user, login.user)
      text(.password, login.password)
    }
    text(.mailFrom, "<\(settings.from.address)>")
    number(.verbose, 1)
    _ = kith_curl_set_write(handle, { _, size, count, _ in size * count }, nil)
    _ = kith_curl_set_progress(
      handle,
      { context, _, _, _, _ in
        guard let context else { return 0 }
        return context.assumingMemoryBound(to: Upload.self).pointee.heard.isDone ? 1 : 0
      }, exchange)
    _ = kith_curl_set_trace(
      handle,
      { _, kind, bytes, size, context in
        guard let context, let bytes else { return 0 }
        let upload = context.assumingMemoryBound(to: Upload.self)
        let line = UnsafeRawBufferPointer(start: bytes, count: size)
        if kind == 1 { upload.pointee.heard.hear(line) }
        if kind == 2 { upload.pointee.heard.say(line) }
        return 0
      }, exchange)
    _ = kith_curl_set_read(
      handle,
      { buffer, size, count, context in
        guard let context, let buffer else { return 0 }
        let upload = context.assumingMemoryBound(to: Upload.self)
        let rest = upload.pointee.bytes.count - upload.pointee.at
        let taken = min(rest, size * count)
        upload.pointee.bytes.withUnsafeBytes { bytes in
          guard taken > 0, let base = bytes.baseAddress else { return }
          buffer.update(
            from: (base + upload.pointee.at).assumingMemoryBound(to: CChar.self), count: taken)
        }
        upload.pointee.at += taken
        if upload.pointee.at == upload.pointee.bytes.count {
          upload.pointee.heard.bodyHandedOver = true
        }
        return taken
      }, exchange)
  }

  /// Sends one message.
  func send(_ bytes: [UInt8], to address: String) -> DeliveryResult {
    let recipients = kith_curl_append(nil, "<\(address)>")
    defer { kith_curl_free(recipients) }
    _ = kith_curl_set_list(handle, Option.recipients.rawValue, recipients)
    defer { _ = kith_curl_set_list(handle, Option.recipients.rawValue, nil) }
    number(.upload, 1)
    _ = kith_curl_set_size(handle, Option.uploadSize.rawValue, Int64(bytes.count))
    let (code, heard) = perform(bytes)
    let wasReused = kith_curl_number(handle, connectionsMade) == 0
    if code != 0, wasReused, !heard.bodyWanted, heard.reply == 0 || heard.reply == 421 {
      // The server had closed a connection that lay idle: nothing left, and a new one may do.
      number(.freshConnection, 1)
      defer { number(.freshConnection, 0) }
      let (code, heard) = perform(bytes)
      return heard.result(problem: problem(code))
    }
    return heard.result(problem: problem(code))
  }

  /// Connects, says hello, encrypts and logs in, and sends nothing.
  /// - Returns: why that did not go; nil where it did.
  func greet() -> String? {
    text(.request, "NOOP")
    number(.noBody, 1)
    let (code, heard) = perform([])
    number(.noBody, 0)
    text(.request, nil)
    guard let problem = problem(code) else { return nil }
    return heard.reply >= 400 ? "\(heard.said): \(problem)" : problem
  }

  private func perform(_ bytes: [UInt8]) -> (code: Int32, heard: MailExchange) {
    exchange.pointee = Upload(bytes: bytes)
    let code = kith_curl_perform(handle)
    let heard = exchange.pointee.heard
    exchange.pointee = Upload()
    return (code, heard)
  }

  private func problem(_ code: Int32) -> String? {
    code == 0 ? nil : String(cString: kith_curl_explain(code))
  }

  private func number(_ option: Option, _ value: Int64) {
    _ = kith_curl_set_number(handle, option.rawValue, value)
  }

  private func text(_ option: Option, _ value: String?) {
    _ = kith_curl_set_text(handle, option.rawValue, value)
  }
}

/// Options of curl_easy_setopt by their numbers, which are part of its binary interface.
private enum Option: Int32 {
  case verbose = 41
  case noBody = 44
  case upload = 46
  case verifyPeer = 64
  case freshConnection = 74
  case verifyHost = 81
  case noSignal = 99
  case answerTimeout = 112
  case useTLS = 119
  case timeoutMs = 155
  case connectTimeoutMs = 156
  case protocols = 181
  case url = 10002
  case proxy = 10004
  case request = 10036
  case authorities = 10065
  case user = 10173
  case password = 10174
  case mailFrom = 10186
  case recipients = 10187
  case uploadSize = 30115
}

/// CURLINFO_NUM_CONNECTS.
private let connectionsMade: Int32 = 0x20_0000 + 26
