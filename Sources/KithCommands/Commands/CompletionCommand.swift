import ArgumentParser
import KithSystem

struct CompletionCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "completion",
    abstract: "Prints a completion script for a shell.",
    discussion: """
      Examples:
        kith completion bash > ~/.local/share/bash-completion/completions/kith
        kith completion zsh > "${fpath[1]}/_kith"
        kith completion fish > ~/.config/fish/completions/kith.fish
      """)

  enum Shell: String, ExpressibleByArgument, CaseIterable {
    case bash, zsh, fish

    var completionShell: CompletionShell {
      switch self {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    }
  }

  @Argument(help: "bash, zsh or fish.")
  var shell: Shell

  func run(_ context: Context) throws {
    try context.console.print(Kith.completionScript(for: shell.completionShell) + "\n")
  }
}
