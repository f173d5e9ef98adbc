import ArgumentParser
import KithSystem

/// Prints the manual page; `docs/kith.1` is made by it.
struct ManualCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "man", abstract: "Prints the manual page.", shouldDisplay: false)

  func run(_ context: Context) throws {
    let dump: JSON
    do {
      dump = try JSON(Kith._dumpHelp())
    } catch {
      throw Diagnostic("the description of the commands cannot be read")
    }
    try context.console.print(ManualPage(dump).text)
  }
}
