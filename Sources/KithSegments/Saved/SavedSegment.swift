public import KithStore
public import KithSystem

/// A saved segment: a text file of its own, `segments/NAME.segment`, that a person can edit and
/// compare. Comments at its top say what it is for.
public struct SavedSegment: Sendable, Equatable {
  public var name: String
  /// What the comments at the top say; empty where there are none.
  public var note: String
  /// The rest of the file, as it was written.
  public var expression: String

  public init(name: String, note: String, expression: String) {
    self.name = name
    self.note = note
    self.expression = expression
  }

  /// Reads a file's text; what other systems' editors put at its start and at the end of its lines is left
  /// out.
  init(name: String, text: String) {
    var rest = Substring(text.map { $0 == "\r\n" ? "\n" : $0 })
    if rest.unicodeScalars.first == "\u{FEFF}" { rest.unicodeScalars.removeFirst() }
    var notes: [String] = []
    while true {
      let line = rest.prefix { !$0.isNewline }
      let content = line.trimmed
      guard content.hasPrefix("--") || content.isEmpty, !rest.isEmpty else { break }
      if !content.isEmpty { notes.append(String(content.dropFirst(2).trimmed)) }
      rest = rest.dropFirst(line.count + 1)
    }
    self.init(
      name: name, note: notes.joined(separator: "\n"), expression: String(rest.trimmed))
  }

  /// The file's text.
  public var text: String {
    let lines = note.isEmpty ? [] : note.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.map { $0.isEmpty ? "--\n" : "-- \($0)\n" }.joined() + expression + "\n"
  }
}

/// What can be wrong with a saved segment, besides what is wrong with its expression.
public enum SavedSegmentError: Error, Sendable, Equatable {
  case name(String)
  case missing(String, nearest: String?)
  /// It is asked for by these: `the segment late`, `the stage core in kith.yaml`.
  case inUse(String, by: [String])
  /// What asks for it could no longer be read.
  case breaks(String, user: String, SegmentError)
  case expression(SegmentError)
  case store(StoreError)
}

extension SavedSegmentError: Explained {
  public var diagnostic: Diagnostic {
    switch self {
    case .name(let name):
      Diagnostic(
        "not a name for a segment", subject: name,
        remedy: "use 1 to 64 letters, digits, _ or -", status: .usage)
    case .missing(let name, let nearest):
      Diagnostic(
        "no such segment", subject: name,
        remedy: nearest.map { "did you mean `\($0)`?" } ?? "kith segment list shows them",
        status: .usage)
    case .inUse(let name, let users):
      Diagnostic(
        "the segment is in use", subject: name,
        remedy: "take it out first of " + users.joined(separator: ", "))
    case .breaks(_, let user, let error):
      Diagnostic(
        "\(user) asks for it, and could no longer be read: \(error.diagnostic.what)",
        excerpt: error.diagnostic.excerpt, remedy: "nothing was saved", status: .usage)
    case .expression(let error): error.diagnostic
    case .store(let error): error.diagnostic
    }
  }
}

extension StringProtocol {
  /// Without white space at both ends.
  var trimmed: SubSequence {
    var text = self[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
