import Glibc
import KithSystem
import Testing

struct OutsideTests {
  @Test(
    arguments: [
      ([], nil), (["HOME=/ann"], "/ann/.local/state/kith"), (["HOME="], nil), (["HOME=ann"], nil),
      (["HOME=/ann", "XDG_STATE_HOME=/state"], "/state/kith"),
      (["HOME=/ann", "XDG_STATE_HOME=state"], "/ann/.local/state/kith"),
    ] as [([String], String?)])
  func
    `a person's state lies in their own directory, by the list of accounts where HOME names none`(
      _ variables: [String], _ expected: String?
    ) throws
  {
    let named = variables.map { text in
      let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      return (parts[0], parts[1])
    }
    let account = try #require(getpwuid(geteuid()))
    let own = String(cString: account.pointee.pw_dir) + "/.local/state/kith"
    var outside = Outside.real()
    outside.variables = Variables(Dictionary(uniqueKeysWithValues: named))
    #expect(outside.stateHome == expected ?? own)
  }
}
