import ArgumentParser
import Glibc
import KithSegments
import KithStore
import KithSystem

extension SegmentCommand {
  struct Edit: Command {
    static let configuration = CommandConfiguration(
      abstract: "Opens a saved segment in $VISUAL or $EDITOR, and saves what can be read.",
      discussion: """
        Examples:
          kith segment edit late
          EDITOR=nano kith segment edit new-one

        You edit a copy. Where it has a mistake, that is shown with its line and column, and you may \
        edit it again; the copy is kept until it is saved.
        """)

    @Argument(help: "The segment's name; a new one is begun.", completion: .segment)
    var name: String

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run(_ context: Context) throws {
      let store = try store.open(context)
      let segments = try SavedSegments(store: store)
      guard isSegmentName(name) else { throw SavedSegmentError.name(name) }
      let old = try segments.list().first { $0.name == name }
      let before = old?.text ?? "-- what it is for\n"
      let copy = try EditedCopy(named: name, text: before)
      while true {
        try copy.edit(context)
        let text = try copy.text()
        if text == before {
          copy.remove()
          context.console.say("nothing changed\n")
          return
        }
        do {
          try segments.save(name, text)
          copy.remove()
          return try report(try segments.find(name), replacing: old, in: store, output, context)
        } catch let error as SavedSegmentError {
          guard context.console.inputIsTerminal, context.console.errorIsTerminal else {
            context.console.say("your text is in \(visible(copy.path))\n")
            throw error
          }
          context.console.say(error.diagnostic.text(width: displayWidth))
          let answer = context.console.ask("edit it again? [Y/n] ") ?? "n"
          if answer.lowercased().hasPrefix("n") {
            context.console.say("your text is in \(visible(copy.path))\n")
            throw Outcome(status: error.diagnostic.status)
          }
        }
      }
    }
  }
}

/// A text in a file of its own in the temporary folder, readable by nobody else.
private struct EditedCopy {
  let path: String

  init(named name: String, text: String) throws(Diagnostic) {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(folder)/\(name)-XXXXXX.segment".utf8CString)
    let file = mkstemps(&template, 8)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard file >= 0 else {
      throw Diagnostic(
        "cannot make a copy to edit: " + String(cString: strerror(errno)), subject: path,
        remedy: "set TMPDIR to a folder that can be written")
    }
    defer { close(file) }
    let bytes = Array(text.utf8)
    guard write(file, bytes, bytes.count) == bytes.count else {
      throw Diagnostic(
        "cannot write the copy to edit: " + String(cString: strerror(errno)), subject: path)
    }
  }

  func text() throws -> String {
    guard let text = String(validating: try readFile(path), as: UTF8.self) else {
      throw Diagnostic("it is not UTF-8", subject: path, remedy: "save it as UTF-8")
    }
    return text
  }

  func remove() { unlink(path) }

  /// Runs the editor as git and others do: the variable may hold arguments, so a shell reads it.
  func edit(_ context: Context) throws(Diagnostic) {
    let variables = context.outside.variables
    let editor = [variables["VISUAL"], variables["EDITOR"]].compactMap { $0 }.first { !$0.isEmpty }
    guard editor != nil || context.console.inputIsTerminal else {
      remove()
      throw Diagnostic(
        "there is no terminal to edit on", remedy: "set EDITOR, or use kith segment save",
        status: .usage)
    }
    let arguments = ["sh", "-c", "\(editor ?? "vi") \"$1\"", "sh", path]
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var child = pid_t()
    guard posix_spawn(&child, "/bin/sh", nil, nil, &words, environ) == 0 else {
      throw Diagnostic("cannot run a shell", subject: "/bin/sh")
    }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    guard status == 0 else {
      throw Diagnostic(
        "the editor failed: nothing is saved", subject: editor ?? "vi",
        remedy: "set EDITOR; your text is in \(path)")
    }
  }
}
