// Every step of saving and of deleting a segment goes wrong once, in every way; after each, the segment is
// as before or as after, and whole.

import KithSystem
import KithTestSupport
import Testing

@testable import KithSegments
@testable import KithStore

struct SegmentCrashTests {
  private let outside = Outside.test()
  private let old = "-- old\ntag(\"a\")\n"
  private let new = "-- what is new\ntag(\"a\") or tag(\"bb\")\n"
  private let other = "age > 3d\n"

  private func texts(_ store: Store) throws -> [String: String] {
    try store.savedSegments().mapValues(\.text)
  }

  /// - Parameters:
  ///   - before: the segment's text before, and after; nil: there is none.
  private func expectWhole(
    _ crash: CrashCase, from before: String?, to after: String?,
    _ change: (SavedSegments) throws -> Void
  ) throws {
    try crash.everyStep(
      outside: outside,
      prepare: { store in
        let segments = try SavedSegments(store: store)
        try segments.save("other", other)
        if let before { try segments.save("late", before) }
      },
      change: { try change(SavedSegments(store: $0)) },
      check: { store, succeeded in
        let found = try texts(store)
        #expect(found["other"] == other)
        #expect(found["late"] == after || (found["late"] == before && !succeeded))
        // The next one goes through, and takes along what the first one left.
        let segments = try SavedSegments(store: store)
        try segments.save("late", new)
        #expect(try texts(store) == ["other": other, "late": new])
        #expect(try store.files.list("segments") == ["late.segment", "other.segment"])
        try segments.delete("late")
        #expect(try texts(store) == ["other": other])
      })
  }

  @Test(arguments: CrashCase.all)
  func `a new segment is there in whole or not at all`(crash: CrashCase) throws {
    try expectWhole(crash, from: nil, to: new) { try $0.save("late", new) }
  }

  @Test(arguments: CrashCase.all)
  func `an edited segment is the old or the new`(crash: CrashCase) throws {
    try expectWhole(crash, from: old, to: new) { try $0.save("late", new) }
  }

  @Test(arguments: CrashCase.all)
  func `a deleted segment is gone or whole`(crash: CrashCase) throws {
    try expectWhole(crash, from: old, to: nil) { try $0.delete("late") }
  }
}
