import KithCampaigns
import KithSystem
import KithTestSupport
import Testing

@testable import KithChannels

struct MailMessageTests {
  private static let id = String(repeating: "0123456789abcdef", count: 4)
  private static let at = Instant(milliseconds: 1_792_000_000_000)

  private static func message(
    subject: String = "Hi", text: String = "Hello\n", html: String? = nil, url: String? = nil
  ) -> Message {
    Message(
      id: id, user: "ann", address: "ann@example.org", campaign: "autumn", subject: subject,
      text: text, html: html, unsubscribeURL: url)
  }

  private static func text(
    _ message: Message, from: String = "小茶 <tea@example.org>"
  ) throws -> String {
    let mailbox = try #require(Mailbox(from))
    return String(decoding: try mailBytes(message, from: mailbox, at: at), as: UTF8.self)
  }

  @Test(arguments: [
    ("plain", message(), "Tea Shop <tea@example.org>"),
    ("chinese", message(subject: "秋茶上市了，老朋友", text: "您好：\n\n秋茶到了。\n"), "小茶 <tea@example.org>"),
    (
      "long-subject",
      message(subject: String(repeating: "Tea for everyone ", count: 12) + "茶"), "tea@example.org"
    ),
    (
      "html",
      message(html: "<p class=\"x\">Hello = 你好</p>\n", url: "https://example.org/u/abc.def"),
      "\"Shop, the\" <tea@example.org>"
    ),
  ])
  func `a message is the one recorded`(name: String, message: Message, from: String) throws {
    let text = try Self.text(message, from: from)
    #expect(
      !text.unicodeScalars.contains { $0 == "\n" }
        || text.utf8.count { $0 == 0x0A }
          == text.utf8.count { $0 == 0x0D }
    )
    expectSnapshot(text.replacingLineEnds, "mail-\(name)")
  }

  @Test func `no line is too long and no line end stands alone`() throws {
    var generator = SeededGenerator(seed: 7)
    let alphabet = Array("ab=. \t\r\n茶🍵é\"\u{0}\u{7F}")
    for _ in 0..<300 {
      let length = Int.random(in: 0...400, using: &generator)
      let random = String(
        (0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
      let bytes = Array(try Self.text(Self.message(text: random, html: random)).utf8)
      var width = 0
      for (index, byte) in bytes.enumerated() {
        if byte == 0x0A { #expect(index > 0 && bytes[index - 1] == 0x0D) }
        if byte == 0x0D { #expect(index + 1 < bytes.count && bytes[index + 1] == 0x0A) }
        width = byte == 0x0A ? 0 : width + 1
        #expect(width <= 998)
        #expect(byte < 0x80)
      }
    }
  }

  @Test func `quoted-printable and base64 give the text back`() {
    var generator = SeededGenerator(seed: 8)
    let alphabet = Array("ab=. \t\n茶🍵é".utf8)
    for _ in 0..<500 {
      let length = Int.random(in: 0...300, using: &generator)
      let bytes = (0..<length).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
      }
      let ended = bytes.isEmpty || bytes.last == 0x0A ? bytes : bytes + [0x0A]
      let encoded = quotedPrintable(bytes)
      #expect(slowDecodeQuotedPrintable(encoded) == ended)
      let lines = encoded.split(separator: 0x0A, omittingEmptySubsequences: false)
      #expect(lines.allSatisfy { $0.count <= 77 && $0.first != UInt8(ascii: ".") })
      #expect(slowDecodeBase64(base64Lines(bytes)) == bytes)
    }
  }

  @Test(arguments: [
    "Hi\r\nBcc: eve@example.org", "Hi\nx", "a\rb", "\u{0}", "a\u{85}b", "a\u{2028}b",
  ])
  func `a header with a control character is refused`(subject: String) {
    #expect(throws: MailMessageError.self) { try Self.text(Self.message(subject: subject)) }
  }

  @Test(arguments: [
    "ann@example.org\r\nBcc: eve@example.org", "ann@example.org, eve@example.org", "Ann", "",
    "<ann@example.org>", "ANN@example.org",
  ])
  func `an address that is not one is refused`(address: String) {
    var message = Self.message()
    message.address = address
    #expect(throws: MailMessageError.notAnAddress) { try Self.text(message) }
  }

  @Test func `a link that could end its header is refused`() {
    for url in ["https://x/ y", "https://x/\r\nBcc: y", "https://x/>", "https://x/é"] {
      #expect(throws: MailMessageError.self) { try Self.text(Self.message(url: url)) }
    }
  }

  @Test(arguments: [
    ("tea@example.org", "tea@example.org"),
    ("Tea Shop <TEA@example.org>", "Tea Shop <tea@example.org>"),
    ("\"Shop, \"the\" tea\" <tea@example.org>", "\"Shop, \\\"the\\\" tea\" <tea@example.org>"),
    ("小茶 <tea@example.org>", "=?UTF-8?B?5bCP6Iy2?= <tea@example.org>"),
    ("=?x?= <tea@example.org>", "=?UTF-8?B?PT94Pz0=?= <tea@example.org>"),
  ])
  func `a sender has its name encoded or quoted`(text: String, header: String) throws {
    #expect(try #require(Mailbox(text)).header == header)
  }

  @Test(
    arguments: [
      (0, "Thu, 1 Jan 1970 00:00:00 +0000"), (1_792_000_000_000, "Wed, 14 Oct 2026 17:46:40 +0000"),
      (951_782_400_000, "Tue, 29 Feb 2000 00:00:00 +0000"),
    ] as [(Int64, String)])
  func `a date is in the form of mail`(milliseconds: Int64, text: String) {
    #expect(mailDate(Instant(milliseconds: milliseconds)) == text)
  }
}

extension String {
  /// CRLF as LF, for a snapshot that an editor does not change.
  fileprivate var replacingLineEnds: String {
    String(decoding: utf8.filter { $0 != 0x0D }, as: UTF8.self)
  }
}

private func slowDecodeQuotedPrintable(_ bytes: [UInt8]) -> [UInt8] {
  var decoded: [UInt8] = []
  var index = 0
  while index < bytes.count {
    if bytes[index] == 0x0D {
      index += 1
    } else if bytes[index] == UInt8(ascii: "="), bytes[index + 1] == 0x0D {
      index += 3
    } else if bytes[index] == UInt8(ascii: "=") {
      let digits = String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self)
      decoded.append(UInt8(digits, radix: 16) ?? 0)
      index += 3
    } else {
      decoded.append(bytes[index])
      index += 1
    }
  }
  return decoded
}

private func slowDecodeBase64(_ bytes: [UInt8]) -> [UInt8] {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var bits = ""
  for byte in bytes {
    guard let value = alphabet.firstIndex(of: byte) else { continue }
    let digits = String(value, radix: 2)
    bits += String(repeating: "0", count: 6 - digits.count) + digits
  }
  return stride(from: 0, to: bits.count / 8 * 8, by: 8).map { start in
    UInt8(bits.dropFirst(start).prefix(8), radix: 2) ?? 0
  }
}
