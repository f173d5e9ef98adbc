import Crypto
import Glibc
import KithSegments
import KithStore
import KithSystem
import KithTestSupport
import Testing

/// Real logs with the users of many expressions, worked out elsewhere: run where `KITH_SHARED_DATA`
/// names their folder.
@Suite(.enabled(if: getenv("KITH_SHARED_DATA") != nil))
struct SharedDataTests {
  let folder = getenv("KITH_SHARED_DATA").map { String(cString: $0) } ?? ""

  @Test func `every expression finds the expected users of the real logs`() throws {
    let expected = try JSON(utf8: try readFile(folder + "/expected/expressions.json")[...])
    var checked = 0
    for member in expected.members ?? [] {
      let engine = try engine(member.value)
      for wanted in member.value["expressions"]?.array ?? [] {
        let expression = wanted["expression"]?.string ?? ""
        let ids = try engine.ids(try engine.segment(SourceText(expression)))
        #expect(ids.count == wanted["users"]?.int, "\(member.name): \(expression)")
        let digest = Insecure.MD5.hash(data: Array(ids.map { $0 + "\n" }.joined().utf8))
        #expect(hex(Array(digest)) == wanted["ids_md5"]?.string, "\(member.name): \(expression)")
        checked += 1
      }
    }
    #expect(checked > 100)
  }

  private func engine(_ run: JSON) throws -> EmbeddedEngine {
    let zone = try Zone.named(run["tz"]?.string ?? "UTC")
    let users = run["users_file"]?.string ?? ""
    let log = try SharedLog(
      events: folder + "/" + (run["log"]?.string ?? ""),
      users: users.isEmpty ? nil : folder + "/" + users, in: zone
    ).log
    let snapshot = try log.snapshot()
    let last = zone.end(of: zone.day(of: snapshot.horizon ?? .earliest))
    let asOf = try run["as_of"]?.string.map { text throws(Diagnostic) in try AsOf(text) }
    let instant =
      switch asOf {
      case .day(let day): zone.end(of: day)
      case .instant(let instant): instant
      default: last
      }
    return try EmbeddedEngine(
      snapshot: snapshot, decisions: Decisions(), settings: try Settings(yaml: "format: 1\n"),
      moment: Moment(
        instant: instant, decisionsUntil: nil, zone: zone, weekStart: .monday,
        horizon: snapshot.horizon))
  }
}
