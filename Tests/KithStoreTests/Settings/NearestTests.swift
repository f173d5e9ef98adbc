import Testing

@testable import KithStore

struct NearestTests {
  @Test(arguments: [
    ("weak_start", "week_start"), ("quite", "quiet"), ("TIME_ZONE", "time_zone"), ("cap", "caps"),
    ("zzz", nil), ("", nil),
  ])
  func `the nearest is what was meant`(text: String, name: String?) {
    #expect(nearest(text, in: ["week_start", "quiet", "time_zone", "caps"]) == name)
  }
}
