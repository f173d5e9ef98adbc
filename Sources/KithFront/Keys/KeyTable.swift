public import KithStore
public import KithSystem

/// Which key does what, in each context.
package struct KeyTable: Sendable {
  private let actions: [Context: [KeyChord: Action.ID]]
  /// The key to show for an action.
  private let shown: [Context: [Action.ID: KeyChord]]

  /// The table as shipped, changed by kith.yaml's `keys:`. A key that is given to an action takes the
  /// place of all the action's own keys wherever those stand; blanks part several keys.
  package init(changes: [(action: String, key: SourceText)] = []) throws(KeyError) {
    var keys: [Action.ID: [KeyChord]] = [:]
    var sources: [Action.ID: SourceText] = [:]
    for (name, source) in changes {
      guard let action = Action.ID(rawValue: name) else {
        throw .unknownAction(name, nearest: KeyTable.nearest(name), source)
      }
      var chords: [KeyChord] = []
      for part in source.text.split(separator: " ") {
        guard let chord = KeyChord(String(part)) else { throw .unknownKey(String(part), source) }
        chords.append(chord)
      }
      if chords.isEmpty { throw .unknownKey(source.text, source) }
      keys[action] = chords
      sources[action] = source
    }
    var actions: [Context: [KeyChord: Action.ID]] = [:]
    var shown: [Context: [Action.ID: KeyChord]] = [:]
    for action in Action.all {
      let chords = keys[action.id] ?? action.keys.compactMap { KeyChord($0) }
      for context in action.contexts {
        for chord in chords {
          if let other = actions[context]?[chord], other != action.id {
            let source = sources[action.id] ?? sources[other] ?? SourceText(chord.description)
            throw .clash(chord, action.id.rawValue, other.rawValue, source)
          }
          actions[context, default: [:]][chord] = action.id
        }
        if shown[context]?[action.id] == nil { shown[context, default: [:]][action.id] = chords[0] }
      }
    }
    self.actions = actions
    self.shown = shown
  }

  func action(_ chord: KeyChord, in context: Context) -> Action.ID? {
    actions[context]?[chord]
  }

  func key(of action: Action.ID, in context: Context) -> KeyChord? {
    shown[context]?[action]
  }

  /// All keys of an action in a context, the shown one first.
  func keys(of action: Action.ID, in context: Context) -> [KeyChord] {
    let first = shown[context]?[action]
    let all = actions[context]?.filter { $0.value == action }.keys.map { $0 } ?? []
    return all.sorted {
      ($0 != first ? 1 : 0, $0.description) < ($1 != first ? 1 : 0, $1.description)
    }
  }

  private static func nearest(_ name: String) -> String? {
    let ranked = Action.ID.allCases.map { action in
      (action.rawValue, zip(action.rawValue, name).prefix { $0 == $1 }.count)
    }
    return ranked.max { $0.1 < $1.1 }.flatMap { $0.1 > 1 ? $0.0 : nil }
  }
}

/// What can be wrong with kith.yaml's `keys:`.
public enum KeyError: Error, Sendable, Equatable {
  case unknownAction(String, nearest: String?, SourceText)
  case unknownKey(String, SourceText)
  case clash(KeyChord, String, String, SourceText)
}

extension KeyError: Explained {
  public var diagnostic: Diagnostic {
    switch self {
    case .unknownAction(let name, let nearest, let source):
      Diagnostic(
        "unknown action '\(name)'", excerpt: place(source),
        remedy: nearest.map { "did you mean '\($0)'?" } ?? "docs/keys.md lists them")
    case .unknownKey(let key, let source):
      Diagnostic(
        "'\(key)' is no key", excerpt: place(source),
        remedy: "a character, space, enter, tab, f1 to f24, ctrl-x or alt-x")
    case .clash(let key, let first, let second, let source):
      Diagnostic(
        "the key '\(key)' would mean both '\(second)' and '\(first)'", excerpt: place(source),
        remedy: "give one of them another key")
    }
  }

  private func place(_ source: SourceText) -> Excerpt? {
    guard source.file != nil else { return nil }
    return Excerpt(
      file: source.file, line: source.line, column: source.column,
      length: max(1, source.text.count), text: source.text)
  }
}
