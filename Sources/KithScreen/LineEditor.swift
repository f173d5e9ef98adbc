/// One line of text that is being typed: a filter, a tag, a command.
///
/// The cursor stands between grapheme clusters. Pasted newlines and tabs become one blank, other
/// control characters go: nothing typed here can be more than a line.
public struct LineEditor: Hashable, Sendable {
  private var characters: [Character] = []
  /// Clusters before the cursor.
  public private(set) var cursor = 0

  /// The most clusters that it takes; what is beyond is not inserted.
  public static let lengthMax = 65_536

  public init(_ text: String = "") {
    insert(text)
  }

  public var text: String {
    get { String(characters) }
    set { self = LineEditor(newValue) }
  }

  public var isEmpty: Bool { characters.isEmpty }

  /// The text before the cursor, for completion.
  public var head: String { String(characters[..<cursor]) }

  /// The text from the cursor on.
  public var tail: String { String(characters[cursor...]) }

  /// Inserts at the cursor; a mark joins the cluster before it.
  public mutating func insert(_ text: String) {
    let clean = singleLine(text).prefix(LineEditor.lengthMax - characters.count)
    guard !clean.isEmpty else { return }
    let joins = cursor > 0 ? String(characters[cursor - 1]) : ""
    let inserted = Array(joins + clean)
    characters.replaceSubrange(cursor - (joins.isEmpty ? 0 : 1)..<cursor, with: inserted)
    cursor += inserted.count - (joins.isEmpty ? 0 : 1)
  }

  /// Replaces the last `length` clusters before the cursor, as a completion does.
  public mutating func complete(replacing length: Int, with text: String) {
    delete(max(0, cursor - length)..<cursor)
    insert(text)
  }

  /// Puts the cursor before a cluster, or as near as the line goes.
  public mutating func move(to place: Int) {
    cursor = max(0, min(place, characters.count))
  }

  /// Behind the last cluster.
  public mutating func moveToEnd() { cursor = characters.count }

  /// The cluster before the cursor.
  public mutating func deleteBackward() { delete(max(0, cursor - 1)..<cursor) }

  /// The cluster under the cursor.
  public mutating func deleteForward() { delete(cursor..<min(characters.count, cursor + 1)) }

  /// From the start of the word before the cursor up to it.
  public mutating func deleteWordBackward() { delete(wordStart..<cursor) }

  /// All before the cursor.
  public mutating func deleteToStart() { delete(0..<cursor) }

  /// All from the cursor on.
  public mutating func deleteToEnd() { delete(cursor..<characters.count) }

  /// To the start of this word, or of the one before.
  public mutating func moveWordLeft() { cursor = wordStart }

  /// To the end of this word, or of the next.
  public mutating func moveWordRight() { cursor = wordEnd }

  /// Acts on an event as a shell's line does (arrows, home, end, ctrl-a e b f d h w u k, alt-b f d);
  /// false where the event means nothing here.
  public mutating func handle(_ event: InputEvent) -> Bool {
    switch event {
    case .text(let text), .paste(let text): insert(text)
    case .key(let key, let modifiers): return handle(key, modifiers)
    default: return false
    }
    return true
  }

  private mutating func handle(_ key: Key, _ modifiers: Modifiers) -> Bool {
    let byWord = !modifiers.isDisjoint(with: [.control, .alt])
    switch key {
    case .left where byWord, .alt("b"): moveWordLeft()
    case .right where byWord, .alt("f"): moveWordRight()
    case .left, .control("b"): move(to: cursor - 1)
    case .right, .control("f"): move(to: cursor + 1)
    case .home, .control("a"): move(to: 0)
    case .end, .control("e"): moveToEnd()
    case .backspace where byWord, .control("w"): deleteWordBackward()
    case .backspace: deleteBackward()
    case .delete where byWord, .alt("d"): delete(cursor..<wordEnd)
    case .delete, .control("d"): deleteForward()
    case .control("u"): deleteToStart()
    case .control("k"): deleteToEnd()
    default: return false
    }
    return true
  }

  private mutating func delete(_ range: Range<Int>) {
    characters.removeSubrange(range)
    cursor = range.lowerBound
  }

  private var wordStart: Int {
    var place = cursor
    while place > 0 && !isWord(characters[place - 1]) { place -= 1 }
    while place > 0 && isWord(characters[place - 1]) { place -= 1 }
    return place
  }

  private var wordEnd: Int {
    var place = cursor
    while place < characters.count && !isWord(characters[place]) { place += 1 }
    while place < characters.count && isWord(characters[place]) { place += 1 }
    return place
  }

  private func isWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }
}

extension LineEditor {
  /// The part that a field of `cells` shows, and where the cursor stands in it.
  ///
  /// The text scrolls by cells so that the cursor and a cell for it are always inside. O(cells).
  public func view(cells: Int) -> (text: String, cursor: Int) {
    guard cells > 0 else { return ("", 0) }
    var start = cursor
    var before = 0
    while start > 0 {
      let width = characters[start - 1].cellCount
      if before + width > cells - 1 { break }
      before += width
      start -= 1
    }
    var end = cursor
    var used = before
    while end < characters.count {
      used += characters[end].cellCount
      if used > cells { break }
      end += 1
    }
    return (String(characters[start..<end]), before)
  }

  /// Draws the field and returns where the terminal's cursor belongs, in the surface's coordinates.
  @discardableResult
  public func draw(
    on surface: inout Surface, at point: Point, width: Int, style: Style = .plain
  ) -> Point {
    let (text, place) = view(cells: width)
    surface.put(text, at: point, style: style, width: width)
    return Point(x: point.x + place, y: point.y)
  }
}

private func singleLine(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
    return text
  }
  var line = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    if scalar.properties.generalCategory != .control {
      line.append(scalar)
    } else if (0x09...0x0D).contains(scalar.value) && line.last != " " {
      line.append(" ")
    }
  }
  return String(line)
}
