import Glibc
import KithSystem

/// Turns text of another encoding into UTF-8, a block at a time, as the C library's `iconv` knows it.
///
/// What the encoding does not have becomes the byte FF, which UTF-8 does not have, so that its line is
/// rejected like any other that is no text.
final class Transcoder {
  private let converter: iconv_t
  private var input = UnsafeMutableRawBufferPointer.aligned(1 << 18)
  private var waiting: Range<Int> = 0..<0
  private var output = UnsafeMutableRawBufferPointer.aligned(1 << 20)
  private var ready: Range<Int> = 0..<0
  private var isAtEnd = false

  /// nil where the machine knows no encoding of this name.
  init?(from encoding: String) {
    // A slash would begin what iconv takes for options of its own.
    guard !encoding.isEmpty, encoding.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x2F }),
      let converter = iconv_open("UTF-8", encoding), Int(bitPattern: converter) != -1
    else { return nil }
    self.converter = converter
  }

  deinit {
    iconv_close(converter)
    input.deallocate()
    output.deallocate()
  }

  /// Fills the front of a buffer with UTF-8; returns how much, 0 at the end alone. `read` does so with
  /// the text as it is.
  func read<Failure: Error>(
    into buffer: UnsafeMutableRawBufferPointer,
    from read: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) -> Int {
    while ready.isEmpty, !(isAtEnd && waiting.isEmpty) {
      if !isAtEnd {
        let room = UnsafeMutableRawBufferPointer(rebasing: input[waiting.upperBound...])
        let count = try read(room)
        isAtEnd = count == 0
        waiting = waiting.lowerBound..<(waiting.upperBound + count)
      }
      convert()
    }
    let count = min(ready.count, buffer.count)
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: output[ready].prefix(count)))
    ready = (ready.lowerBound + count)..<ready.upperBound
    return count
  }

  /// Converts all that waits, but for half a character at its end, which is moved to the front.
  private func convert() {
    guard let from = input.baseAddress, let to = output.baseAddress else { return }
    var made = 0
    while !waiting.isEmpty {
      var source: UnsafeMutablePointer<CChar>? =
        (from + waiting.lowerBound).assumingMemoryBound(to: CChar.self)
      var sourceLeft = waiting.count
      var target: UnsafeMutablePointer<CChar>? = (to + made).assumingMemoryBound(to: CChar.self)
      var targetLeft = output.count - made
      let outcome = iconv(converter, &source, &sourceLeft, &target, &targetLeft)
      let problem = errno
      waiting = (waiting.upperBound - sourceLeft)..<waiting.upperBound
      made = output.count - targetLeft
      // A full output cannot be: UTF-8 takes at most four bytes for one of any other encoding.
      guard outcome == -1, problem == EILSEQ || problem == EINVAL, made < output.count else {
        break
      }
      if problem == EINVAL, !isAtEnd { break }
      output[made] = 0xFF
      made += 1
      waiting = (waiting.lowerBound + 1)..<waiting.upperBound
    }
    let rest = waiting.count
    memmove(from, from + waiting.lowerBound, rest)
    waiting = 0..<rest
    ready = 0..<made
  }
}
