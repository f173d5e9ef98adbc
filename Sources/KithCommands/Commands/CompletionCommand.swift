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
    var script = Kith.completionScript(for: shell.completionShell) + "\n"
    if shell == .bash { script = takingCandidatesAsTheyAre(script) }
    try context.console.print(script)
  }
}

/// The script for bash with candidates of the store offered as they are: `compgen` would take a quote
/// within a quoted word for its end, and offer nothing. `read` takes away the backslashes of
/// ``shellCandidate(_:for:)``.
private func takingCandidatesAsTheyAre(_ script: String) -> String {
  script.split(separator: "__kith_add_completions -W \"$(__kith_custom_complete")
    .joined(separator: "__kith_add_candidates \"$(__kith_custom_complete") + """
      __kith_add_candidates() {
          local candidate
          while IFS='' read candidate; do
              [[ -n "${candidate}" ]] && COMPREPLY+=("${candidate}")
          done <<<"${1}"
      }

      """
}
