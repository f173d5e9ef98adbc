import Testing

@testable import KithStore

struct MaskingTests {
  @Test(arguments: [
    ("  password: hunter2", "  password: •••••••"),
    (
      "email: { user: tea, password: hunter2, rate: 1 }",
      "email: { user: tea, password: •••••••, rate: 1 }"
    ),
    (#"headers: { Authorization: "Bearer a, b" }"#, "headers: { Authorization: ••••••••••••• }"),
    ("url: smtp://tea:hunter2@example.org", "url: smtp://tea:•••••••@example.org"),
    ("password_env: KITH_PASSWORD", "password_env: KITH_PASSWORD"),
    ("password_env: hunter2", "password_env: •••••••"),
    (#"{ token: "a\"b c" }"#, "{ token: •••••••• }"),
    ("password_file: /run/secret", "password_file: /run/secret"),
    ("core: tag(\"core\")", "core: tag(\"core\")"),
    ("password:", "password:"), ("url: https://example.org/u/", "url: https://example.org/u/"),
  ])
  func `a line is shown without its secrets`(line: String, shown: String) {
    #expect(masked(line) == shown)
    #expect(masked(line).count == line.count)
  }
}
