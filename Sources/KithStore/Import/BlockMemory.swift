import KithSystem

/// Memory from which one thread's blocks are cut, a piece at a time.
///
/// Pieces double up to some MiB: a small import takes little, and a large one gets large pages. What is
/// let go of early has pieces of its own.
struct BlockMemory {
  /// Several blocks' memory, freed with the last of them or when it is let go of.
  final class Piece {
    private var memory: LargeMemory?

    fileprivate init(_ memory: LargeMemory) { self.memory = memory }

    /// Frees the memory of all blocks that are in it.
    func letGo() { memory = nil }
  }

  private static let sizes = (1 << 18)...(1 << 22)

  private var piece: Piece?
  private var rest = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var next = sizes.lowerBound

  /// The next bytes, at a multiple of eight; they stay as long as their piece.
  mutating func take(_ size: Int) -> (piece: Piece, start: UnsafeMutableRawPointer) {
    let size = (size + 7) & ~7
    if let piece, let start = rest.baseAddress, rest.count >= size {
      rest = UnsafeMutableRawBufferPointer(rebasing: rest[size...])
      return (piece, start)
    }
    let memory = LargeMemory(max(size, next))
    next = min(next * 2, Self.sizes.upperBound)
    let piece = Piece(memory)
    self.piece = piece
    rest = UnsafeMutableRawBufferPointer(
      start: memory.address + size, count: memory.size - size)
    return (piece, memory.address)
  }
}

/// What is let go of at a time, each in memory of its own.
struct BlockMemories {
  /// The users of rows, and their places.
  var places = BlockMemory()
  /// Times and codes.
  var cells = BlockMemory()
  var values = BlockMemory()
}
