import ArgumentParser
import KithSystem

/// The root of the command tree. It has no options of its own, since it would take those of its
/// commands from them; without a command, ``OpenCommand`` runs.
struct Kith: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kith",
    abstract: "The terminal home of the person who looks after a product's users.",
    usage: "kith [<command>] [--store <dir>] [--as-of <time>] ...",
    discussion: """
      Examples:
        kith demo                                   a sample store, to look around
        kith init shop.kith                         a store of your own
        kith import log.csv --store shop.kith       takes in events
        kith --store shop.kith                      opens the interface
        kith users 'since(activity) > 14d' --count  asks a question

      A store is a directory of plain files. Results go to standard output, everything else to \
      standard error. Exit codes: 0 done, 1 files, store or network, 2 wrong words in the call, \
      3 nobody found by users, 130 interrupted.
      """,
    version: version,
    groupedSubcommands: [
      CommandGroup(
        name: "Start", subcommands: [DemoCommand.self, InitCommand.self, ImportCommand.self]),
      CommandGroup(
        name: "Look",
        subcommands: [
          OpenCommand.self, StagesCommand.self, UsersCommand.self, UserCommand.self,
          WhyCommand.self, ExplainCommand.self, SegmentCommand.self,
        ]),
      CommandGroup(
        name: "Understand",
        subcommands: [
          LifecycleCommand.self, RetentionCommand.self, FunnelCommand.self, StickinessCommand.self,
          RFMCommand.self, ForecastCommand.self, ChurnCommand.self, SourcesCommand.self,
          LiftCommand.self, MetricsCommand.self, ReportCommand.self,
        ]),
      CommandGroup(
        name: "Decide",
        subcommands: [
          TagCommand.self, NoteCommand.self, OwnerCommand.self, AliasCommand.self,
          JournalCommand.self, UndoCommand.self, RedoCommand.self, ForgetCommand.self,
        ]),
      CommandGroup(name: "Reach", subcommands: [CampaignCommand.self, TemplateCommand.self]),
      CommandGroup(
        name: "More",
        subcommands: [
          ExportCommand.self, DoctorCommand.self, ThemeCommand.self, CompletionCommand.self,
          ManualCommand.self,
        ]),
    ],
    defaultSubcommand: OpenCommand.self)

  /// The product's version; `docs/changelog.md` says what is in it.
  static let version = "0.1.0"
}

/// What `kith` does without a command.
struct OpenCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "open", abstract: "Opens the interface.",
    discussion: """
      Examples:
        kith --store shop.kith
        kith --as-of 2026-10-01 --readonly

      Without a terminal it prints the stages.
      """)

  @OptionGroup var store: StoreOptions
  @OptionGroup var reading: ReadingOptions

  func run(_ context: Context) throws {
    try openInterface(store.open(context), reading.reading, context)
  }
}
