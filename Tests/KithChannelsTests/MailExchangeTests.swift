import KithCampaigns
import Testing

@testable import KithChannels

struct MailExchangeTests {
  @Test(
    arguments: [
      (
        ["220 hi", "250-x", "250 y", "250 ok", "550 5.1.1 <bob@example.org>"], false,
        DeliveryResult.refused(reason: "550 5.1.1")
      ),
      (["220 hi", "250 ok", "451 no"], false, .failed(reason: "451")),
      (["220 hi"], false, .failed(reason: "gone")),
      ([], false, .failed(reason: "gone")),
      (["220 hi", "250 ok", "354 go"], false, .failed(reason: "gone")),
      (["220 hi", "250 ok", "354 go"], true, .unknown(reason: "gone")),
      (["220 hi", "250 ok", "354 go", "554 5.6.0 x"], true, .refused(reason: "554 5.6.0")),
      (["220 hi", "250 ok", "354 go", "451 4.3.0 x"], true, .failed(reason: "451 4.3.0")),
      (["220 hi", "250 ok", "354 go", "421 4.4.2 slow"], false, .failed(reason: "421 4.4.2")),
      (
        ["220 hi", "354 go", "554 5.6.0 x", "> QUIT", "221 bye"], true,
        .refused(reason: "554 5.6.0")
      ),
      (["220 hi", "550 5.1.1 x", "> QUIT", "221 bye"], false, .refused(reason: "550 5.1.1")),
      (["220 hi", "354 go", "> QUIT", "221 bye"], true, .unknown(reason: "gone")),
      (["220 hi", "354 go", "251 elsewhere"], true, .accepted),
      (["220 hi", "550 <5.1.1> x"], false, .refused(reason: "550")),
      (["220 hi", "550 5.1.1.1.1 x"], false, .refused(reason: "550")),
    ] as [([String], Bool, DeliveryResult)])
  func `what was said decides`(lines: [String], handedOver: Bool, result: DeliveryResult) {
    var exchange = MailExchange()
    for line in lines {
      if line.hasPrefix("> ") {
        Array(line.utf8.dropFirst(2)).withUnsafeBytes { exchange.say($0) }
      } else {
        Array("\(line)\r\n".utf8).withUnsafeBytes { exchange.hear($0) }
      }
      if line.hasPrefix("354") { exchange.bodyHandedOver = handedOver }
    }
    #expect(exchange.result(problem: "gone") == result)
    #expect(exchange.result(problem: nil) == .accepted)
  }
}
