extension FileError: Explained {
  /// In words, with the remedy for each reason.
  public var diagnostic: Diagnostic {
    let (why, remedy): (Phrase, Phrase) =
      switch reason {
      case .missing: ("there is no such file", "check the name and the folder")
      case .exists: ("it exists already", "choose another name, or move it away")
      case .denied: ("permission denied", "check who owns it and its permissions")
      case .readOnly: ("the disk is read-only", "copy the store to a disk that can be written")
      case .full: ("the disk is full", "free some space and try again: nothing was changed")
      case .notAFile: ("it is a directory", "name a file")
      case .notADirectory: ("it is not a directory", "name a directory")
      case .isALink: ("it is a link", "files of a store are opened without following links")
      case .tooLarge: ("the file is too large", "check the limits of the disk and of the account")
      case .exhausted(let text):
        (Phrase(verbatim: text), "give the process more, where a limit (ulimit) holds it back")
      case .failed(let text): (Phrase(verbatim: text), "check the disk and try again")
      }
    return Diagnostic(
      said: "cannot \(Phrase(stringLiteral: operation)): \(why)", subject: name, remedy: remedy)
  }
}

extension ZoneError: Explained {
  public var diagnostic: Diagnostic {
    Diagnostic(
      "unknown time zone", subject: name,
      remedy: "use an IANA name such as Asia/Shanghai (the package tzdata brings them)",
      status: .usage)
  }
}
