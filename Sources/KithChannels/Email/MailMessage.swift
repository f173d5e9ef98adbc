import KithCampaigns
import KithSystem

// A message as it goes over the wire (RFC 5322, RFC 2045): headers, then the text, or the text and its
// HTML twin as alternatives. UTF-8 throughout, CRLF line ends, no line over 998 bytes.
//
// Everything that comes from data passes `headerText`, ``Address`` or a transfer encoding; a header
// with a control character in it is refused before.

/// Why a message cannot be put into mail.
enum MailMessageError: Error, Equatable {
  case controlCharacter(header: String)
  case notAnAddress
}

/// The bytes of a message from a sender at a time.
func mailBytes(
  _ message: Message, from: Mailbox, at: Instant
) throws(MailMessageError) -> [UInt8] {
  guard Address.mail(message.address) == message.address else { throw .notAnAddress }
  guard message.id.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
  else { throw .controlCharacter(header: "Message-ID") }
  var headers = [
    ("From", from.header),
    ("To", message.address),
    ("Subject", headerText(message.subject)),
    ("Date", mailDate(at)),
    ("Message-ID", "<\(message.id)@kith.\(from.domain)>"),
  ]
  if message.subject.unicodeScalars.contains(where: isControl) {
    throw .controlCharacter(header: "Subject")
  }
  headers += try unsubscribing(message, from)
  headers.append(("MIME-Version", "1.0"))
  var bytes: [UInt8] = []
  for (name, value) in headers { bytes += Array("\(name): \(value)".utf8) + crlf }
  guard let html = message.html else {
    return bytes + part(message.text, type: "text/plain")
  }
  // Neither encoding can produce `=_`, so the boundary cannot stand in a part.
  let boundary = "=_kith_" + message.id.prefix(32)
  bytes += Array("Content-Type: multipart/alternative; boundary=\"\(boundary)\"".utf8) + crlf
  for (text, type) in [(message.text, "text/plain"), (html, "text/html")] {
    bytes += crlf + Array("--\(boundary)".utf8) + crlf + part(text, type: type)
  }
  return bytes + crlf + Array("--\(boundary)--".utf8) + crlf
}

/// `List-Unsubscribe` by mail always, by URL with one click (RFC 8058) where there is one.
private func unsubscribing(
  _ message: Message, _ from: Mailbox
) throws(MailMessageError) -> [(String, String)] {
  let mail = "<mailto:\(from.address)?subject=unsubscribe%20\(message.id)>"
  guard let url = message.unsubscribeURL else { return [("List-Unsubscribe", mail)] }
  let isPlain = url.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x3C && $0 != 0x3E }
  guard isPlain, url.utf8.count <= 900 else { throw .controlCharacter(header: "List-Unsubscribe") }
  return [
    ("List-Unsubscribe", "<\(url)>,\r\n \(mail)"),
    ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
  ]
}

/// Its own headers, a blank line, the encoded text: quoted-printable where most of it is ASCII, since
/// that can be read as it is, else base64.
private func part(_ text: String, type: String) -> [UInt8] {
  let bytes = Array(text.utf8)
  let foreign = bytes.count { $0 >= 0x80 }
  let isReadable = foreign * 6 <= bytes.count
  let headers = [
    "Content-Type: \(type); charset=utf-8",
    "Content-Transfer-Encoding: \(isReadable ? "quoted-printable" : "base64")",
  ]
  let encoded = isReadable ? quotedPrintable(bytes) : base64Lines(canonical(bytes))
  return headers.flatMap { Array($0.utf8) + crlf } + crlf + encoded
}

/// `Sat, 21 Nov 2026 20:55:00 +0000`.
func mailDate(_ instant: Instant) -> String {
  let (day, inDay) = Day.split(instant.milliseconds)
  let (year, month, date) = day.civil
  let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
  let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  let seconds = inDay / 1000
  return "\(days[day.weekday]), \(date) \(months[month - 1]) \(year) "
    + "\(pad(seconds / 3600, 2)):\(pad(seconds / 60 % 60, 2)):\(pad(seconds % 60, 2)) +0000"
}
