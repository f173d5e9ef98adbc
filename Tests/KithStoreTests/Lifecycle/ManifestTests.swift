import KithSystem
import KithTestSupport
import Testing

@testable import KithStore

struct ManifestTests {
  static let text = """
    {
      "format": 1,
      "store": "00112233445566778899aabbccddeeff",
      "generation": 7,
      "home": "0123456789abcdef",
      "events": [
        {
          "name": "000001-00ff",
          "sequence": 1,
          "import": "0123456789abcdef-1",
          "zone": "Asia/Shanghai",
          "rows": 3,
          "first_time": 0,
          "last_time": 1792000000000,
          "first_user": "ann",
          "last_user": "小茶",
          "dictionaries": {
            "user": 2,
            "event": 1
          },
          "bytes": 4096,
          "crc": [
            "0000ffff"
          ],
          "later": {
            "a": 0.10
          }
        }
      ],
      "users": [],
      "newer": [
        true
      ]
    }

    """

  @Test func `what is read is written the same, members of a newer version with it`() throws {
    let manifest = try Manifest(bytes: Array(Self.text.utf8))
    #expect(manifest.json.pretty == Self.text)
    #expect(manifest.eventRuns[0].dictionaries.map(\.name) == ["user", "event"])
    #expect(manifest.eventRuns[0].checksums == [0xFFFF])
  }

  @Test func `checksums stand sixteen to a text, and any number is read`() throws {
    var manifest = try Manifest(bytes: Array(Self.text.utf8))
    manifest.eventRuns[0].checksums = (0..<35).map { $0 << 24 | 0xABCDEF }
    let written = manifest.json.pretty
    let texts = try #require(manifest.json["events"]?.array?[0]["crc"]?.array)
    #expect(texts.map { $0.string?.utf8.count } == [128, 128, 24])
    #expect(try Manifest(bytes: Array(written.utf8)) == manifest)
    let alone = manifest.eventRuns[0].checksums.map { hex(UInt64($0), width: 8) }
    let old = Self.text.replacing(
      "\"0000ffff\"", with: alone.map { "\"\($0)\"" }.joined(separator: ","))
    #expect(try Manifest(bytes: Array(old.utf8)) == manifest)
  }

  @Test(arguments: [
    ("\"0000ffff\"", "\"0000ffff0000fff\""), ("\"0000ffff\"", "\"\""),
    ("\"0000ffff\"", "\"0000fffg\""), ("\"0000ffff\"", "65535"),
    ("\"000001-00ff\"", "\"../000001\""), ("\"rows\": 3", "\"rows\": -3"),
    ("\"0000ffff\"", "\"ffff\""), ("\"zone\"", "\"zones\""), ("\"user\": 2", "\"user\": \"2\""),
  ])
  func `a run that cannot be believed is refused`(from: String, to: String) {
    let text = Self.text.replacing(from, with: to)
    #expect(text != Self.text)
    #expect(
      throws: StoreError.damaged(
        file: "manifest.json", line: nil, problem: "`events`, run 1 is not complete")
    ) { try Manifest(bytes: Array(text.utf8)) }
  }

  @Test func `every replacement has a generation of its own`() throws {
    let store = try Store.create(
      in: SimulatedFileSystem(), timeZone: "UTC", name: "tea", outside: .test())
    for generation in 1...3 {
      let manifest = try store.manifest()
      try store.locked { lock throws(StoreError) in
        try store.replaceManifest(manifest, under: lock)
      }
      #expect(try store.manifest().generation == generation)
      #expect(try store.manifest().store == store.id)
    }
  }
}
