import Testing

@testable import KithCommands

/// Words as a shell hands them over while they are typed.
struct ShellWordTests {
  @Test(arguments: [
    ("did(pur", "did(pur"), ("'did(pur", "did(pur"), ("'a b'", "a b"), ("\"in(\\\"la", "in(\"la"),
    ("\"a\\b", "a\\b"), ("'a\\b", "a\\b"), ("a\\ b\\", "a b"), ("'it'\\''s", "it's"),
    ("\"stage = \"'core'", "stage = core"), ("", ""), ("'", ""), ("\"\\$x\\`", "$x`"),
  ])
  func `quotes are taken away as the shell does it`(word: String, text: String) {
    #expect(unquoted(word) == text)
  }
}
