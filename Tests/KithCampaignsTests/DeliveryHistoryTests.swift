import KithStore
import KithSystem
import Testing

@testable import KithCampaigns

struct DeliveryHistoryTests {
  private static func line(
    _ sequence: Int, _ what: DeliveryLine.What, id: String = "aa", attempt: Int = 1
  ) -> DeliveryLine {
    DeliveryLine(
      sequence: sequence, id: id, step: 1, user: "小茶 \"x\"", channel: "email", what: what,
      at: Instant(milliseconds: 1_792_000_000_123), attempt: attempt, cost: 2_500,
      reason: what == .failed ? "451 4.3.0" : nil)
  }

  private static let header = DeliveryLine.header(store: "00ff", campaign: "autumn", wave: 1)
  private static let whole =
    header
    + [
      line(1, .intent), line(2, .failed), line(3, .intent, attempt: 2),
      line(4, .accepted, attempt: 2),
    ]
    .flatMap(\.sealed.bytes)

  @Test func `a line is the one of the format`() {
    #expect(
      String(decoding: Self.line(2, .failed).sealed.bytes, as: UTF8.self)
        == #"{"seq":2,"id":"aa","step":1,"user":"小茶 \"x\"","channel":"email","what":"failed","#
        + #""at":"2026-10-14T17:46:40.123Z","attempt":1,"cost":0.0025,"reason":"451 4.3.0","#
        + #""crc":"\#(hex(UInt64(Self.line(2, .failed).sealed.crc), width: 8))"}"# + "\n")
    let (value, _) = unseal(Self.line(2, .failed).sealed.bytes.dropLast()) ?? (.null, 0)
    #expect(DeliveryLine(value) == Self.line(2, .failed))
  }

  @Test func `each message has its last word`() throws {
    let history = try DeliveryHistory(Self.whole, file: "x")
    #expect(history.messages["aa"]?.what == .accepted)
    #expect(history.messages["aa"]?.attempt == 2)
    #expect(history.counts.filter { $0.value != 0 } == [.accepted: 1])
    #expect(history.lastSequence == 4)
    #expect(history.size == Self.whole.count)
    #expect(history.torn.isEmpty)
  }

  @Test func `cut at any byte, what is whole is read and the rest is the torn end`() throws {
    let ends = [0] + Self.whole.indices.filter { Self.whole[$0] == 0x0A }.map { $0 + 1 }
    for size in Self.whole.indices {
      let history = try DeliveryHistory(Array(Self.whole[..<size]), file: "x")
      let kept = ends.last { $0 <= size } ?? 0
      #expect(history.size == kept)
      #expect(history.torn.count == size - kept)
      #expect(history.lastSequence == max(0, ends.count { $0 <= size } - 2))
    }
  }

  @Test func `a changed byte before a whole line is damage, in the last line a torn end`() throws {
    let last = Self.whole.dropLast().lastIndex(of: 0x0A) ?? 0
    for place in Self.whole.indices where Self.whole[place] != 0x0A {
      var bytes = Self.whole
      bytes[place] ^= 1
      if place > last {
        #expect(try DeliveryHistory(bytes, file: "x").lastSequence == 3)
      } else {
        #expect(throws: CampaignError.self) { try DeliveryHistory(bytes, file: "x") }
      }
    }
  }

  @Test func `a line that is missing, or twice, is damage`() {
    let lines = [1, 2, 4].map { Self.line($0, .intent).sealed.bytes }
    #expect(throws: CampaignError.self) {
      try DeliveryHistory(Self.header + lines[0] + lines[2], file: "x")
    }
    #expect(throws: CampaignError.self) {
      try DeliveryHistory(Self.header + lines[0] + lines[0], file: "x")
    }
    #expect(throws: CampaignError.self) { try DeliveryHistory(lines[0], file: "x") }
  }

  @Test func `a later format is not touched`() {
    let later = seal([.init("format", .int(2))]).bytes
    #expect(problem { try DeliveryHistory(later, file: "x") }.hasPrefix("the file is of format 2"))
  }
}
