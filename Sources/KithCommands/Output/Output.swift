/// Text for standard output, written a piece at a time: what is long does not stand in memory.
struct Output {
  private let console: Console
  private var text = ""
  private static let most = 1 << 16

  init(_ console: Console) { self.console = console }

  mutating func put(_ part: some StringProtocol) throws {
    text += part
    if text.utf8.count >= Output.most { try flush() }
  }

  mutating func flush() throws {
    try console.print(text)
    text = ""
  }
}
