import Glibc
import KithCommands
import KithSystem

@main
enum Main {
  static func main() {
    exit(CommandLineTool.run(Array(CommandLine.arguments.dropFirst()), outside: .real()))
  }
}
