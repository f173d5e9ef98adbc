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
    switch shell {
    case .bash: script = takingCandidatesAsTheyAre(script)
    case .zsh: script = takingWhatIsWrittenOtherwise(script)
    case .fish: break
    }
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

/// The script for zsh with candidates of the store taken although they do not begin with what is typed, as a
/// name does that needs quotes: they were chosen by it already.
private func takingWhatIsWrittenOtherwise(_ script: String) -> String {
  script.split(separator: "__kith_complete \"${completions[@]:0:-1}\"")
    .joined(separator: "__kith_take \"${completions[@]:0:-1}\"")
    .split(separator: "__kith_custom_complete() {", maxSplits: 1)
    .joined(
      separator: """
        __kith_take() {
            local -ar candidates=("${@}")
            _describe -V '' candidates -U
        }

        __kith_custom_complete() {
        """)
}
