import ArgumentParser
import Glibc
import KithAnalysis
import KithSegments
import KithStore
import KithSystem

struct ReportCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "One page for whoever will not open a terminal.",
    discussion: """
      Examples:
        kith report -o week.html
        kith report --text
        kith report -o paying.html --where 'did(purchase)' --as-of 2026-09-30

      The page holds everything it shows: no script, no network, light and dark. Without -o it goes to \
      standard output.
      """)

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("The file to write.", valueName: "file"), completion: .file())
  var file: String?

  @Flag(help: "Plain text instead of a page.")
  var text = false

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp("Only the users in a segment.", valueName: "expr"))
  var segment: String?

  @OptionGroup var store: StoreOptions
  @OptionGroup var reading: ReadingOptions

  func run(_ context: Context) throws {
    let store = try store.open(context)
    let engine = try reading.reading.engine(store)
    var scope = Scope()
    if let segment {
      let segment = try engine.segment(SourceText(argumentOrInput(segment)))
      warn(segment, context)
      scope.groups = try Groups.of(segment, engine)
    }
    let report = try Report(store, engine, scope, segment: segment)
    let content = text ? report.text(Pen(context)) : report.page
    guard let file, file != "-" else { return try context.console.print(content) }
    try write(Array(content.utf8), to: file)
    context.console.say("wrote \(visible(file))\n")
  }
}

/// Writes a whole file beside its place and moves it there, so that no reader sees half of it; through a link
/// to where that leads. A pipe or a device is written to as it is.
private func write(_ bytes: [UInt8], to path: String) throws(Diagnostic) {
  func failed() -> Diagnostic {
    Diagnostic(
      "cannot write the page: " + String(cString: strerror(errno)), subject: path,
      remedy: "choose a place that can be written with -o")
  }
  var status = stat()
  let isThere = stat(path, &status) == 0
  let isFile = !isThere || status.st_mode & S_IFMT == S_IFREG
  let place = isThere ? realpath(path, nil) : nil
  defer { free(place) }
  let target = place.map { String(cString: $0) } ?? path
  let temporary = isFile ? target + ".new" : target
  guard let stream = fopen(temporary, "w") else { throw failed() }
  let written = bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, stream) }
  let closed = fclose(stream)
  guard written == bytes.count, closed == 0, !isFile || rename(temporary, target) == 0 else {
    let error = failed()
    if isFile { unlink(temporary) }
    throw error
  }
}
