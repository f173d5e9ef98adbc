import ArgumentParser
import Testing

@testable import KithCommands

struct PlainWordsTests {
  @Test(arguments: [
    "users true",
    "users true --count --json --store s --as-of 2026-06-30",
    "users --sort -last true --limit 5 --offset 10 --columns user,last",
    "users true --ids --readonly --time-zone UTC --week-start sunday",
    "users --sort --count true",
    "user ann --limit 3",
    "user --json ann",
    "stages",
    "stages --rules a.yaml",
    "stages --diff a.yaml --as-of 2026-01-01T10:00:00Z",
    "lifecycle --period week --last 90d",
    "lifecycle --model duolingo --new seen --pulse --by city",
    "lifecycle --moves 2026-01-01 --where true --users",
    "retention",
    "retention --period month --mode rolling --from a --to b --max 3 --plot",
    "funnel a b c --within 7d",
    "funnel a --within 1h b --cell x --activity y",
  ])
  func `a plain call is read as ArgumentParser reads it`(call: String) throws {
    let words = call.split(separator: " ").map(String.init)
    let plain = try #require(readPlainCall(words))
    let parsed = try readCommand(words)
    let read: Any = (parsed as? any QueryCommand)?.query ?? parsed
    #expect(String(describing: plain) == String(describing: read))
  }

  @Test(arguments: [
    "", "users", "users a b", "users -", "users true --nope", "users true --limit x",
    "users true --limit -1", "users true --limit", "users true --count --count",
    "users true --count --ids", "users true --store=s", "users true --store --json",
    "users true --week-start noon", "users --help", "user", "user ann bob", "stages x",
    "stages --rules a --diff b", "lifecycle --period year9", "retention --max -2",
    "retention --plot --json", "funnel a b", "funnel --within 7d", "journal", "tag add x",
  ])
  func `any other call is left to ArgumentParser`(call: String) {
    #expect(readPlainCall(call.split(separator: " ").map(String.init)) == nil)
  }
}
