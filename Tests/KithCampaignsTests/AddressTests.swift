import Testing

@testable import KithCampaigns

struct AddressTests {
  @Test(arguments: [
    ("Bob@Example.org", "bob@example.org"), ("  bob@example.org\n", "bob@example.org"),
    ("a.b+c@mail.example.co.uk", "a.b+c@mail.example.co.uk"), ("a@localhost", "a@localhost"),
    ("o'neil@example.org", "o'neil@example.org"),
  ])
  func `a mail address is trimmed and lower-cased`(text: String, address: String) {
    #expect(Address.mail(text) == address)
  }

  @Test(arguments: [
    "", "bob", "bob@", "@example.org", "a@b@c", "bob@example.org>", "<bob@example.org>",
    "bob @example.org", "bob@exa mple.org", "bob@example.org\r\nBcc: eve@example.org",
    "bob,eve@example.org", "\"bob\"@example.org", "bob@example..org", "bob@-example.org",
    "bob;@example.org", "b\u{0}b@example.org", "b\u{200B}b@example.org", "-bob@example.org",
    "小茶@example.org", "bob@[127.0.0.1]", String(repeating: "a", count: 65) + "@example.org",
  ])
  func `what could be two recipients or end a header is no mail address`(text: String) {
    #expect(Address.mail(text) == nil)
  }

  @Test func `a plain address may be of any script, but holds no blank, control or bracket`() {
    #expect(Address.plain(" 138-0013-8000 ") == "138-0013-8000")
    #expect(Address.plain("微信号Abc") == "微信号abc")
    for text in ["", "  ", "a b", "a\tb", "a<b", "a>b", "a\u{202E}b", "a\u{A0}b"] {
      #expect(Address.plain(text) == nil, "\(text)")
    }
  }
}
