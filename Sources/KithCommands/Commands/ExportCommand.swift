import ArgumentParser
import KithSegments
import KithStore
import KithSystem

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Gives the data back, exactly, as CSV.",
    discussion: """
      Examples:
        kith export events > events.csv
        kith export users --spreadsheet > users.csv
        kith export segment loyal > loyal.csv

      What is exported and imported again exports the same bytes.
      """,
    subcommands: [Events.self, Users.self, Segment.self])

  struct Events: Command {
    static let configuration = CommandConfiguration(abstract: "All events.")

    @OptionGroup var form: ExportForm

    func run(_ context: Context) throws {
      let store = try form.store.open(context)
      try unwrapped { () throws(ExportError<any Error>) in
        try store.exportEvents(spreadsheet: form.spreadsheet, to: context.console.print(bytes:))
      }
    }
  }

  struct Users: Command {
    static let configuration = CommandConfiguration(abstract: "All user attributes.")

    @OptionGroup var form: ExportForm

    func run(_ context: Context) throws {
      let store = try form.store.open(context)
      try unwrapped { () throws(ExportError<any Error>) in
        try store.exportUsers(spreadsheet: form.spreadsheet, to: context.console.print(bytes:))
      }
    }
  }
}

extension ExportCommand {
  struct Segment: Command {
    static let configuration = CommandConfiguration(
      abstract: "The ids of the users in a saved segment.")

    @Argument(help: "The segment's name.", completion: .segment)
    var name: String

    @OptionGroup var form: ExportForm
    @OptionGroup var reading: ReadingOptions

    func run(_ context: Context) throws {
      let store = try form.store.open(context)
      let engine = try reading.reading.engine(store)
      try store.checkComplete()
      _ = try SavedSegments(store: store).find(name)
      let segment = try engine.segment(SourceText("in(\"\(name)\")"))
      try exportIDs(
        engine.ids(segment), spreadsheet: form.spreadsheet, to: context.console.print(bytes:))
    }
  }
}

struct ExportForm: ParsableArguments {
  @Flag(
    help: "For a spreadsheet: a BOM, ids as text, and no cell that it would run as a formula.")
  var spreadsheet = false

  @OptionGroup var store: StoreOptions
}

/// An export's own error, or that of whom it writes to.
private func unwrapped(_ export: () throws(ExportError<any Error>) -> Void) throws {
  do throws(ExportError<any Error>) {
    try export()
  } catch {
    switch error {
    case .store(let error): throw error
    case .write(let error): throw error
    }
  }
}
