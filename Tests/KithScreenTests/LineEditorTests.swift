import KithScreen
import KithTestSupport
import Testing

@Suite struct LineEditorTests {
  @Test(arguments: [
    ([InputEvent.text("a"), .text("b"), .key(.left, []), .text("x")], "ax|b"),
    ([.text("e"), .text("\u{301}"), .key(.backspace, [])], "|"),
    ([.text("漢"), .text("字"), .key(.home, []), .key(.delete, [])], "|字"),
    ([.paste("one\ntwo\tthree\u{1B}[0m")], "one two three[0m|"),
    ([.paste("a\r\n\r\nb")], "a b|"),
    ([.text("one two"), .key(.control("w"), [])], "one |"),
    ([.text("one two"), .key(.alt("b"), []), .key(.control("k"), [])], "one |"),
    ([.text("one two"), .key(.left, .control), .key(.control("u"), [])], "|two"),
    ([.text("one two"), .key(.home, []), .key(.right, .control)], "one| two"),
    ([.text("one two"), .key(.home, []), .key(.alt("d"), [])], "| two"),
    ([.text("ab"), .key(.control("b"), []), .key(.control("d"), [])], "a|"),
    ([.key(.backspace, []), .key(.delete, []), .key(.left, []), .key(.right, [])], "|"),
  ])
  func `a line is edited as in a shell`(events: [InputEvent], result: String) {
    var editor = LineEditor()
    for event in events {
      let isHandled = editor.handle(event)
      #expect(isHandled)
    }
    #expect(editor.head + "|" + editor.tail == result)
    #expect(editor.text == editor.head + editor.tail)
  }

  @Test func `what is no editing is left to others`() {
    var editor = LineEditor("text")
    for event: InputEvent in [.key(.enter, []), .key(.escape, []), .key(.up, []), .wake] {
      let isHandled = editor.handle(event)
      #expect(!isHandled)
    }
    #expect(editor.text == "text")
  }

  @Test(arguments: [
    ("abcdef", 6, 4, "def", 3), ("abcdef", 0, 4, "abcd", 0), ("漢字漢字", 4, 5, "漢字", 4),
    ("漢字漢字", 4, 4, "字", 2), ("漢字", 0, 1, "", 0), ("ab", 2, 1, "", 0), ("ab", 1, 0, "", 0),
    ("ab", 2, 9, "ab", 2),
  ])
  func `the view follows the cursor by cells`(
    text: String, cursor: Int, cells: Int, shown: String, place: Int
  ) {
    var editor = LineEditor(text)
    editor.move(to: cursor)
    let view = editor.view(cells: cells)
    #expect(view.text == shown)
    #expect(view.cursor == place)
  }

  @Test func `random edits agree with a plain string and keep the cursor in view`() {
    var random = SeededGenerator(seed: 9)
    var editor = LineEditor()
    var (head, tail) = ("", "")
    for _ in 0..<3000 {
      switch Int.random(in: 0..<6, using: &random) {
      case 0...2:
        let text = ["a", " ", "漢", "👩‍👩‍👧", "xyz"][Int.random(in: 0..<5, using: &random)]
        editor.insert(text)
        head += text
      case 3:
        editor.deleteBackward()
        head = String(head.dropLast())
      case 4:
        editor.move(to: editor.cursor - 1)
        if let last = head.last { (head, tail) = (String(head.dropLast()), String(last) + tail) }
      default:
        editor.deleteForward()
        tail = String(tail.dropFirst())
      }
      #expect(editor.head == head && editor.tail == tail)
      let cells = Int.random(in: 1...12, using: &random)
      let view = editor.view(cells: cells)
      #expect(Text.width(view.text) <= cells)
      #expect(view.cursor < cells)
    }
  }

  @Test func `a line has an end`() {
    var editor = LineEditor()
    editor.insert(String(repeating: "x", count: LineEditor.lengthMax + 10))
    #expect(editor.cursor == LineEditor.lengthMax)
  }
}
