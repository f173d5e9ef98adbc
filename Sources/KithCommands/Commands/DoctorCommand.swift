import ArgumentParser
import KithCampaigns
import KithSegments
import KithStore
import KithSystem

struct DoctorCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Checks every file of the store.",
    discussion: """
      Examples:
        kith doctor
        kith doctor --json --store shop.kith

      Every byte is read and nothing is written. Each problem comes with the file it is in and \
      what to do; with any, the exit code is 1.
      """)

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run(_ context: Context) throws {
    let checkup = try Store.checkUp(at: store.directory(context))
    let findings = checkup.findings + checkup.expressionFindings() + checkup.campaignFindings()
    if output.json {
      try context.console.print([
        "ok": .bool(findings.isEmpty), "problems": .array(findings.map(\.json)),
      ])
    } else {
      try context.console.print(
        findings.map(\.text).joined() + summary(findings, context.console.outputIsTerminal))
    }
    if !findings.isEmpty { throw Outcome(status: .failed) }
  }

  private func summary(_ findings: [Finding], _ isTerminal: Bool) -> String {
    guard isTerminal else { return findings.isEmpty ? "ok\n" : "" }
    return findings.isEmpty
      ? "ok: every file is as it was written\n" : counted(findings.count, "problem") + "\n"
  }
}

extension Finding {
  fileprivate var json: JSON {
    ["file": .string(file), "problem": .string(problem), "remedy": .string(remedy)]
  }

  fileprivate var text: String {
    "\(visible(file)): \(visible(problem))\n  \(visible(remedy))\n"
  }
}
