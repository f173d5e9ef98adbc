// The power goes, or a call fails, at the n-th change of the store's disk or of the disk with the
// sender's state, n = 1, 2, … until none strikes; then sending starts again. Nobody gets two messages,
// and everyone treated has one or is listed as unknown.

import KithSegments
import KithStore
import KithSystem
import KithTestSupport
import Testing

@testable import KithCampaigns

struct SendCrashTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let fault: SimulatedFileSystem.Fault
    let survival: SimulatedFileSystem.Survival
    let strikesState: Bool
    let isIdempotent: Bool

    static let all = SimulatedFileSystem.Fault.allCases.flatMap { fault in
      SimulatedFileSystem.Survival.allCases.flatMap { survival in
        [(false, false), (false, true), (true, false)].map { state, idempotent in
          Case(
            fault: fault, survival: survival, strikesState: state, isIdempotent: idempotent)
        }
      }
    }

    var testDescription: String {
      "\(fault) then \(survival)\(strikesState ? ", state" : "")\(isIdempotent ? ", keys" : "")"
    }
  }

  @Test(arguments: Case.all)
  func `nobody gets two, everyone has one or is listed`(crash: Case) throws {
    let users = 6
    for step in 1... {
      let scene = try Scene(
        Scene.settings.replacingOnce("cost: 0.5", "cost: 0.5, connections: 1, rate: 3/s"))
      try scene.prepare()
      let engine = scene.engine(Scene.users(users))
      try scene.campaigns.plan("mail", engine: engine, stale: false)
      let channel = TestChannel(isIdempotent: crash.isIdempotent) { message, before in
        message.user == "u003" && before == 0 ? .failed(reason: "451") : .accepted
      }
      let struckDisk = crash.strikesState ? scene.state : scene.disk
      struckDisk.arm(crash.fault, at: step)
      let before = struckDisk.changes
      _ = try? scene.send("mail", engine, over: channel)
      let struck = struckDisk.changes - before >= step
      struckDisk.disarm()
      let after = try Scene(scene, after: crash.survival)
      let status = try after.send("mail", engine, over: channel)
      let unknown = Set(try after.campaigns.unknown("mail").map(\.user))
      var deliveries = channel.messages
      // The first try of u003 did not arrive.
      if let first = deliveries.firstIndex(where: { $0.user == "u003" }) {
        deliveries.remove(at: first)
      }
      var seen: Set<String> = []
      let received = deliveries.filter { seen.insert($0.id).inserted || !crash.isIdempotent }
      let counts = Dictionary(grouping: received, by: \.user).mapValues(\.count)
      #expect(counts.values.allSatisfy { $0 == 1 }, "step \(step): \(counts)")
      for user in Scene.users(users).map(\.row.id) {
        #expect(counts[user] == 1 || unknown.contains(user), "step \(step): \(user)")
      }
      if crash.isIdempotent { #expect(unknown.isEmpty) }
      #expect(status.state == .sent)
      #expect(status.accepted + status.unknown == users)
      // Once more: nothing moves.
      let total = channel.messages.count
      try after.send("mail", engine, over: channel)
      #expect(channel.messages.count == total)
      if !struck {
        #expect(step > 10)
        return
      }
    }
  }
}

extension String {
  fileprivate func replacingOnce(_ part: String, _ other: String) -> String {
    guard let place = firstRange(of: part) else { return self }
    return String(self[..<place.lowerBound]) + other + String(self[place.upperBound...])
  }
}
