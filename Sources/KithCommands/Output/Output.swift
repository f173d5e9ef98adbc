/// Text for standard output, written a piece at a time: what is long does not stand in memory.
struct Output {
  private let console: Console
  private var bytes: [UInt8] = []
  private static let most = 1 << 16

  init(_ console: Console) { self.console = console }

  mutating func put(_ text: some StringProtocol) throws {
    try put { $0.append(contentsOf: text.utf8) }
  }

  /// Takes what `write` appends.
  mutating func put(_ write: (inout [UInt8]) -> Void) throws {
    write(&bytes)
    if bytes.count >= Output.most { try flush() }
  }

  mutating func flush() throws {
    try console.print(bytes: bytes)
    bytes.removeAll(keepingCapacity: true)
  }
}
