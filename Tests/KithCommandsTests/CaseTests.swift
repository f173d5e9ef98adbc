import Foundation
import Testing

@Suite struct CaseTests {
  @Test(arguments: CommandCase.all)
  func `a command gives what its case says`(_ testCase: CommandCase) throws {
    if testCase.needsRoot && geteuid() != 0 { try Test.cancel("only root can run it") }
    let result = try testCase.run()
    if isRecording { return try testCase.record(result) }
    #expect(result.out == testCase.text("out") ?? "")
    #expect(result.err == testCase.text("err") ?? "")
    #expect("\(result.code)\n" == testCase.text("code") ?? "0\n")
  }

  @Test func `there are cases`() {
    #expect(CommandCase.all.count > 40)
  }

  @Test func `every case has a title of its own`() {
    let titles = CommandCase.all.map(\.title)
    #expect(!titles.contains(""))
    #expect(Set(titles).count == titles.count)
  }
}

extension CommandCase {
  func record(_ result: CaseResult) throws {
    for (file, text) in [
      ("out", result.out), ("err", result.err),
      ("code", result.code == 0 ? "" : "\(result.code)\n"),
    ] {
      let path = folder.appending(path: file)
      try? FileManager.default.removeItem(at: path)
      if !text.isEmpty { try text.write(to: path, atomically: true, encoding: .utf8) }
    }
  }
}
