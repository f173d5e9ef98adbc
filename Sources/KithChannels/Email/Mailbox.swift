import KithCampaigns

/// A sender: `小茶 <tea@example.org>`, or the address alone.
struct Mailbox: Sendable, Equatable {
  /// Empty where there is none.
  var name: String
  var address: String

  /// nil where the address is not one, or the name holds a control character.
  init?(_ text: String) {
    var name = ""
    var address = Substring(text)
    if text.hasSuffix(">"), let open = text.lastIndex(of: "<") {
      name = String(text[..<open])
      address = text[text.index(after: open)...].dropLast()
    }
    while let last = name.last, last == " " || last == "\"" { name.removeLast() }
    while let first = name.first, first == " " || first == "\"" { name.removeFirst() }
    let isClean = name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    guard isClean, let plain = Address.mail(String(address)) else { return nil }
    self.name = name
    self.address = plain
  }

  var domain: Substring {
    address[address.index(after: address.lastIndex(of: "@") ?? address.startIndex)...]
  }

  /// The header's text.
  var header: String {
    if name.isEmpty { return address }
    let encoded = headerText(name)
    let isAtomic = name.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || byte == 0x20 || byte == 0x2D
    }
    if encoded != name || isAtomic { return "\(encoded) <\(address)>" }
    let quoted = name.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
    return "\"\(quoted)\" <\(address)>"
  }
}
