public import KithSystem

extension StoreError: Explained {
  public var diagnostic: Diagnostic {
    switch self {
    case .noStore(let path):
      Diagnostic(
        "there is no store here", subject: path,
        remedy: "`kith init \(shellWord(path))` makes one; --store or KITH_STORE names another")
    case .notFound(let directory):
      Diagnostic(
        "no store: no kith.yaml here or above", subject: directory,
        remedy: "name it with --store DIR or KITH_STORE, or make one with `kith init DIR`")
    case .notEmpty(let path):
      Diagnostic(
        "the directory is not empty", subject: path,
        remedy: "name a new directory, or an empty one")
    case .alreadyStore(let path):
      Diagnostic(
        "there is a store here already", subject: path,
        remedy: "use it as it is, or name another directory")
    case .noParent(let path):
      Diagnostic(
        "the directory to put it in is missing", subject: path,
        remedy: "make it first: mkdir -p \(shellWord(path))")
    case .newerFormat(let file, let format):
      Diagnostic(
        said: "a newer version of kith wrote this (format \(format))", subject: file,
        remedy: "install that version; nothing was changed")
    case .damaged(let file, let line, let problem):
      Diagnostic(
        said: "damaged: \(Phrase(stringLiteral: problem))",
        subject: line.map { "\(file):\($0)" } ?? file,
        remedy: "put back a copy of the file; nothing was changed")
    case .busy(let path, let holder):
      Diagnostic(
        said: """
          the store is being written by \(holder.user) on \(holder.host) (process \(holder.process), \
          since \(holder.since.rfc3339))
          """,
        subject: path, remedy: "try again when it has finished; reading goes on meanwhile")
    case .readOnly(let reason): reason.diagnostic
    case .settings(let mistake): mistake.diagnostic
    case .zone(let error): error.diagnostic
    case .file(let error): error.diagnostic
    case .decision(let mistake): mistake.diagnostic
    case .noState(let path, let error):
      Diagnostic(
        said: "your own state cannot be kept: \(error.diagnostic.phrase)", subject: path,
        remedy: "set XDG_STATE_HOME to a directory that you can write")
    }
  }
}

extension ReadOnlyReason: Explained {
  public var diagnostic: Diagnostic {
    switch self {
    case .asked:
      Diagnostic(said: "the store is open for reading only", remedy: "leave out --readonly")
    case .notOwner:
      Diagnostic(
        said: "the store belongs to someone else, so it is open for reading only",
        remedy: "ask its owner, or work on a copy of your own")
    case .unknownDecision(let what):
      Diagnostic(
        said: """
          the journal holds a decision that this version does not know, so it is open for reading only
          """, subject: what, remedy: "install the newer version of kith")
    }
  }
}

extension SettingsMistake: Explained {
  public var diagnostic: Diagnostic {
    Diagnostic(what, excerpt: excerpt, remedy: remedy)
  }
}

extension DecisionMistake: Explained {
  public var diagnostic: Diagnostic {
    switch self {
    case .tag(let problem): problem.diagnostic("a tag")
    case .owner(let problem): problem.diagnostic("an owner's name")
    case .note(let problem): problem.diagnostic("a note")
    case .userID(let problem): problem.diagnostic("a user id")
    case .noUsers:
      Diagnostic(said: "no users", remedy: "name at least one user", status: .usage)
    case .noUser(let id):
      Diagnostic(
        said: "nobody has this id", subject: id,
        remedy: "`kith users 'true' --ids` lists all of them")
    case .aliasOfOne:
      Diagnostic(said: "one id alone", remedy: "name the ids that are one person", status: .usage)
    case .nothingToUndo:
      Diagnostic(
        said: "nothing to undo",
        remedy: "`kith journal` lists entries; `kith undo ENTRY` takes one back")
    case .nothingToRedo:
      Diagnostic(said: "nothing to redo", remedy: "`kith journal` lists every decision")
    case .notUndoable(let entry, let what):
      Diagnostic(
        said: "this cannot be undone: \(Phrase(stringLiteral: what))", subject: entry,
        remedy: "tags, notes, owners, aliases and suppressions can be")
    case .alreadyUndone(let entry):
      Diagnostic(said: "it is undone already", subject: entry, remedy: "`kith redo` brings it back")
    case .noEntry(let entry, let nearest):
      Diagnostic(
        said: "no such entry", subject: entry,
        remedy: nearest.map { "did you mean \($0)?" } ?? "`kith journal` lists every entry")
    }
  }
}

extension DecisionMistake.TextProblem {
  fileprivate func diagnostic(_ thing: Phrase) -> Diagnostic {
    switch self {
    case .empty:
      Diagnostic(said: "\(thing) cannot be empty", remedy: "give it a text", status: .usage)
    case .tooLong(let limit):
      Diagnostic(
        said: "\(thing) is too long", remedy: "at most \(limit) characters", status: .usage)
    case .controlCharacter:
      Diagnostic(
        said: "\(thing) cannot hold a control character", remedy: "write it in plain text",
        status: .usage)
    }
  }
}
