import ArgumentParser
import Glibc
import KithStore
import KithSystem

/// Which store, for every command that has one.
struct StoreOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The store; else $KITH_STORE, else the nearest kith.yaml upwards.", valueName: "dir"),
    completion: .directory)
  var store: String?

  @Flag(help: "Allow no decision and no import.")
  var readonly = false

  var choice: StoreChoice { StoreChoice(path: store, isReadOnly: readonly) }

  func open(_ context: Context) throws -> Store { try choice.open(context) }

  /// Where the store is, whether or not it can be opened.
  func directory(_ context: Context) throws -> String { try choice.directory(context) }
}

/// Which store, as the caller wrote it.
struct StoreChoice {
  var path: String?
  var isReadOnly = false

  func open(_ context: Context) throws -> Store {
    let store = try Store.open(
      at: directory(context), outside: context.outside, readOnly: isReadOnly)
    for warning in store.takeWarnings() { context.console.warn(warning) }
    context.opened.add(store)
    return store
  }

  func directory(_ context: Context) throws -> String {
    try Store.locate(explicit: path, from: workingDirectory(), outside: context.outside)
  }
}

/// Where relative names start.
func workingDirectory() -> String {
  guard let path = getcwd(nil, 0) else { return "." }
  defer { free(path) }
  return String(cString: path)
}
