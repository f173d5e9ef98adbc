import KithScreen
import KithTestSupport
import Testing

@testable import KithTerminal

@Suite struct InputDecoderTests {
  /// Bytes as one string, `~` standing for escape, and what they say.
  private static let table: [(String, [InputEvent])] = [
    ("a", [.text("a")]), ("ab", [.text("a"), .text("b")]),
    ("é漢😀", [.text("é"), .text("漢"), .text("😀")]),
    ("e\u{301}x", [.text("e\u{301}"), .text("x")]), ("👩‍👩‍👧", [.text("👩‍👩‍👧")]),
    ("\r", [.key(.enter, [])]), ("\t", [.key(.tab, [])]), ("\u{7F}", [.key(.backspace, [])]),
    ("\u{8}", [.key(.backspace, [])]), ("\u{3}", [.key(.control("c"), [])]),
    ("\u{0}", [.key(.control(" "), [])]), ("\u{1F}", [.key(.control("_"), [])]),
    ("~", [.key(.escape, [])]), ("~~", [.key(.escape, []), .key(.escape, [])]),
    ("~x", [.key(.alt("x"), [])]), ("~é", [.key(.alt("é"), [])]), ("~[", [.key(.alt("["), [])]),
    ("~O", [.key(.alt("O"), [])]), ("~\r", [.key(.enter, .alt)]),
    ("~[A", [.key(.up, [])]), ("~OA", [.key(.up, [])]), ("~[1;5D", [.key(.left, .control)]),
    ("~[1;2H", [.key(.home, .shift)]), ("~[Z", [.key(.backTab, [])]),
    ("~[3~", [.key(.delete, [])]), ("~[3;5~", [.key(.delete, .control)]),
    ("~[1~", [.key(.home, [])]), ("~[6~", [.key(.pageDown, [])]), ("~OP", [.key(.function(1), [])]),
    ("~[[B", [.key(.function(2), [])]), ("~[24~", [.key(.function(12), [])]),
    ("~[15;3~", [.key(.function(5), .alt)]), ("~Ob", [.key(.down, .control)]),
    ("~[27;5;9~", [.key(.tab, .control)]), ("~[97;5u", [.key(.control("a"), [])]),
    ("~[99;99;99xq", [.text("q")]), ("~[?1;2cq", [.text("q")]), ("~]0;title\u{7}q", [.text("q")]),
    ("~Pabc~\\q", [.text("q")]), ("~[1;~[A", [.key(.up, [])]), ("~[200", []),
    ("~[<0;5;3M", [.mouse(Mouse(kind: .press, button: .left, at: Point(x: 4, y: 2)))]),
    ("~[<2;5;3m", [.mouse(Mouse(kind: .release, button: .right, at: Point(x: 4, y: 2)))]),
    ("~[<64;250;100M", [.mouse(Mouse(kind: .wheelUp, at: Point(x: 249, y: 99)))]),
    ("~[<81;1;1M", [.mouse(Mouse(kind: .wheelDown, at: .zero, modifiers: .control))]),
    ("~[<35;1;1M", []), ("~[<66;1;1M", []), ("~[<0;0;0M", []), ("~[<0;1M", []),
    ("~[M !!", [.mouse(Mouse(kind: .press, button: .left, at: .zero))]),
    ("~[M#!!", [.mouse(Mouse(kind: .release, button: .none, at: .zero))]),
    ("~[200~q\r~[A\u{3}漢~[201~x", [.paste("q\r\u{1B}[A\u{3}漢"), .text("x")]),
    ("~[200~~[201~", [.paste("")]), ("~[201~q", [.text("q")]), ("~[200~lost", [.paste("lost")]),
    ("~[200~half~[20", [.paste("half\u{1B}[20")]),
  ]

  private func bytes(_ text: String) -> [UInt8] {
    // `~` also ends sequences: it is an escape only where a sequence or a lone escape begins.
    var bytes: [UInt8] = []
    let source = Array(text.utf8)
    for (index, byte) in source.enumerated() {
      let endsNumber = index > 0 && (0x30...0x39).contains(source[index - 1])
      bytes.append(byte == UInt8(ascii: "~") && !endsNumber ? 0x1B : byte)
    }
    return bytes
  }

  private func events(_ chunks: [ArraySlice<UInt8>]) -> [InputEvent] {
    var decoder = InputDecoder()
    var events: [InputEvent] = []
    for chunk in chunks {
      decoder.feed(chunk)
      while let event = decoder.next() { events.append(event) }
    }
    while decoder.patienceMs != nil {
      if let event = decoder.giveUp() { events.append(event) }
    }
    return events
  }

  @Test(arguments: table.indices)
  func `bytes become events`(index: Int) {
    let (text, expected) = Self.table[index]
    #expect(events([bytes(text)[...]]) == expected, "\(text)")
  }

  @Test(arguments: table.indices)
  func `however the bytes are torn, the keys are the same`(index: Int) {
    let (text, expected) = Self.table[index]
    let all = bytes(text)
    // One cluster of several scalars may come as several texts; the line editor joins them.
    let isOneScalarEach = text.allSatisfy { $0.unicodeScalars.count == 1 || $0 == "\r\n" }
    for cut in all.indices where isOneScalarEach {
      #expect(events([all[..<cut], all[cut...]]) == expected, "\(text) torn at \(cut)")
    }
    guard isOneScalarEach else { return }
    #expect(events(all.indices.map { all[$0...$0] }) == expected, "\(text) byte by byte")
  }

  @Test func `a paste is kept up to its limit and the rest of it is dropped`() {
    let long = [UInt8](repeating: 0x78, count: InputDecoder.pasteBytesMax + 5000)
    let all = Array("\u{1B}[200~".utf8) + long + Array("\u{1B}[201~y".utf8)
    let chunks = stride(from: 0, to: all.count, by: 4096).map {
      all[$0..<min($0 + 4096, all.count)]
    }
    let heard = events(chunks)
    #expect(heard.count == 2 && heard.last == .text("y"))
    guard case .paste(let text)? = heard.first else {
      Issue.record("no paste")
      return
    }
    #expect(text.utf8.count == InputDecoder.pasteBytesMax)
  }

  @Test func `no bytes hang or crash it`() {
    var random = SeededGenerator(seed: 13)
    let likely: [UInt8] =
      Array("\u{1B}\u{1B}[[<OM;;0123~mu]P\\".utf8) + [0x07, 0xE6, 0xBC, 0xFF, 0x80]
    for _ in 0..<5000 {
      let noise = (0..<Int.random(in: 0...24, using: &random)).map { _ in
        likely[Int.random(in: 0..<likely.count, using: &random)]
      }
      let cut = Int.random(in: 0...noise.count, using: &random)
      let heard = events([noise[..<cut], noise[cut...]])
      #expect(heard.count <= noise.count)
    }
  }
}
