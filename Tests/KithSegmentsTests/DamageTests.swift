// A bit that flips anywhere in a store, or a file that ends early: what is derived costs nothing but
// time, and what was written is named, by whoever reads it or by `doctor`. Nobody crashes.

import KithSystem
import KithTestSupport
import Testing

@testable import KithSegments
@testable import KithStore

struct DamageTests {
  private static let outside = Outside.test()

  /// A store with every kind of file that the program writes, and a cache that was asked.
  private static func store() throws -> SimulatedFileSystem {
    let disk = SimulatedFileSystem()
    let store = try Store.create(in: disk, timeZone: "Europe/Berlin", name: "tea", outside: outside)
    var chance = SeededGenerator(seed: 11)
    func rows(_ count: Int) -> ImportInput {
      var text = "user_id,time,event,value,source,size\n"
      for _ in 0..<count {
        let user = Int.random(in: 0..<300, using: &chance)
        let day = Int.random(in: 1...28, using: &chance)
        let event = ["view", "view", "view", "buy", "refund"].randomElement(using: &chance) ?? ""
        text += "u\(user),2026-0\(1 + day % 5)-\(day < 10 ? "0" : "")\(day) 10:\(10 + user % 50),"
        text += "\(event),\(event == "buy" ? "\(user).25" : ""),"
        text += "\(["ads", "", "search"][user % 3]),\(day)\n"
      }
      return .bytes(name: "\(count).csv", Array(text.utf8))
    }
    _ = try store.importEvents([rows(4000)])
    _ = try store.importEvents([rows(40)])
    _ = try store.importUsers([
      .bytes(name: "u.csv", Array("user_id,city\nu1,Bern\nu2,Oslo\n".utf8))
    ])
    try store.decide(.tagAdd(tag: "vip", users: store.userList((0..<90).map { "u\($0)" })))
    try store.decide(.note(user: "u1", text: "likes oolong"))
    try store.decide(.owner("lin", users: .named(["u2"])))
    try store.decide(.alias(users: ["u3", "u4"]))
    _ = try answers(store)
    return disk
  }

  /// What a store says, in short.
  private static func answers(_ store: Store) throws -> String {
    let rows = try store.snapshot()
    let moment = try store.moment(horizon: rows.horizon)
    let decisions = try store.decisions()
    let engine = try EmbeddedEngine(
      snapshot: rows.joining(decisions.persons), decisions: decisions, settings: store.settings,
      segments: store.savedSegments(), moment: moment)
    var text = "\(engine.totals) \(try engine.stages())\n"
    for expression in [
      "count(buy) > 2", "did(refund) and not did(buy, 30d)", "sum(any.value) > 100",
      "days(any, 90d) >= 3", #"tag("vip") and owner = lin"#, "city = Bern",
      "source = ads and size > 20", "sequence(view, buy, within 7d)", "top(5%, days(any))",
    ] {
      guard let segment = try? engine.segment(SourceText(expression)) else {
        text += "not understood\n"
        continue
      }
      text += try engine.ids(segment).joined(separator: ",") + "\n"
    }
    let top = PagePlan(sort: Sort(.value, descending: true), limit: 50)
    for row in try engine.page(top).rows {
      text += "\(row)\n"
    }
    return text + decisions.notes(of: "u1").map(\.text).joined()
  }

  /// All files beneath a directory.
  private static func files(_ disk: SimulatedFileSystem, in folder: String = "") throws -> [String]
  {
    try disk.list(folder).sorted().flatMap { leaf in
      let name = folder.isEmpty ? leaf : folder + "/" + leaf
      let info = try disk.info(name)
      return info?.kind == .directory ? try files(disk, in: name) : [name]
    }
  }

  /// Written by people, who may write what they like; or nothing that is read for these answers.
  private static let isOfPeople: Set = ["kith.yaml", "lock", "key", ".gitignore"]

  @Test func `a bit that flips changes no answer without a word`() throws {
    let whole = try Self.store()
    let want = try Self.answers(Store.open(files: whole, outside: Self.outside))
    var chance = SeededGenerator(seed: 12)
    var kinds: Set<String> = []
    for file in try Self.files(whole) where !Self.isOfPeople.contains(file) {
      kinds.insert(String(file.prefix { $0 != "/" }))
      let bytes = try whole.read(file)
      guard !bytes.isEmpty else { continue }
      for turn in 0..<30 {
        var damaged = bytes
        if turn < 24 {
          damaged[Int.random(in: 0..<bytes.count, using: &chance)] ^=
            1 << UInt8.random(in: 0..<8, using: &chance)
        } else {
          damaged.removeLast(Int.random(in: 1...bytes.count, using: &chance))
        }
        try whole.writeAtomically(file, damaged)
        try check(whole, file, want)
      }
      try whole.writeAtomically(file, bytes)
    }
    #expect(kinds.isSuperset(of: ["manifest.json", "events", "users", "journal", "cache"]))
    #expect(try Self.answers(Store.open(files: whole, outside: Self.outside)) == want)
  }

  private func check(_ disk: SimulatedFileSystem, _ file: String, _ want: String) throws {
    // Whatever an answer makes anew goes to a copy.
    let copy = disk.afterCrash(.everything)
    guard file.hasPrefix("cache/") else {
      let names = Checkup(copy).findings.map(\.file)
      let isNamed = names.contains {
        $0 == file || file.hasPrefix("journal/sets") && $0.hasPrefix("journal")
      }
      let found = try? Self.answers(Store.open(files: copy, outside: Self.outside))
      #expect(isNamed || found == want, "\(file) is damaged, and nobody says so: \(names)")
      return
    }
    #expect(try Self.answers(Store.open(files: copy, outside: Self.outside)) == want, "\(file)")
  }
}
