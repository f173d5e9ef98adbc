import Glibc
import KithCommands
import KithSystem

@main
enum Main {
  static func main() {
    exit(CommandLineTool.run(arguments, outside: .real()))
  }

  /// What follows the program's name; `CommandLine.arguments` looks for it in a dearer way.
  private static var arguments: [String] {
    (1..<max(1, CommandLine.argc)).compactMap { place in
      CommandLine.unsafeArgv[Int(place)].map { String(cString: $0) }
    }
  }
}
