import Testing

@testable import KithCampaigns

struct ArmTests {
  private func arm(
    _ user: String, _ share: Double, campaign: String = "autumn", everywhere: Double = 0
  ) -> Arm {
    Arm.of(
      user: user, campaign: campaign, store: "00ff", holdout: share, globalHoldout: everywhere)
  }

  @Test func `the draw is SHA-256 of store, campaign and user, for ever`() {
    // printf '00ff\0autumn\0ann' | sha256sum
    #expect(
      digest("00ff", "autumn", "ann").prefix(4) == [0xC5, 0x11, 0xB7, 0x9E])
    #expect(arm("ann", 0.7698) == .treated)
    #expect(arm("ann", 0.7699) == .heldOut)
  }

  @Test func `nobody leaves the hold-out when its share grows`() {
    let users = (0..<2000).map { "user \($0)" }
    var before: Set<String> = []
    for share in [0, 0.05, 0.1, 0.3, 0.7, 1] {
      let heldOut = Set(users.filter { arm($0, share) == .heldOut })
      #expect(heldOut.isSuperset(of: before))
      #expect(abs(Double(heldOut.count) / 2000 - share) < 0.04)
      before = heldOut
    }
    #expect(before.count == 2000)
  }

  @Test func `the global hold-out holds the same users out of every campaign`() {
    let users = (0..<2000).map { "user \($0)" }
    let first = users.filter { arm($0, 0, campaign: "a", everywhere: 0.1) == .heldOut }
    let second = users.filter { arm($0, 0, campaign: "b", everywhere: 0.1) == .heldOut }
    #expect(first == second)
    #expect((140...260).contains(first.count))
    #expect(users.filter { arm($0, 0.1, campaign: "a") == .heldOut } != first)
  }
}
