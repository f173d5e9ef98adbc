import Testing

@testable import KithStore

struct TranscoderTests {
  /// Hands out bytes a few at a time, and gathers what comes of them in small pieces.
  private func utf8(
    _ bytes: [UInt8], from encoding: String, piece: Int
  ) throws -> [UInt8] {
    let transcoder = try #require(Transcoder(from: encoding))
    var rest = bytes[...]
    var all: [UInt8] = []
    let space = UnsafeMutableRawBufferPointer.allocate(byteCount: piece, alignment: 1)
    defer { space.deallocate() }
    while true {
      let count = transcoder.read(into: space) { room in
        let next = rest.prefix(min(piece, room.count))
        rest = rest.dropFirst(next.count)
        room.copyBytes(from: next)
        return next.count
      }
      if count == 0 { return all }
      all += space[..<count]
    }
  }

  @Test(arguments: [1, 2, 3, 7, 4096])
  func `a text comes out whole, however it is cut`(piece: Int) throws {
    let text = String(repeating: "茶,é,a\n", count: 200)
    let wide = text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    #expect(try utf8(wide, from: "UTF-16LE", piece: piece) == Array(text.utf8))
    let tea: [UInt8] = [0xB2, 0xE8]
    #expect(try utf8(tea + [0x0A] + tea, from: "GB18030", piece: piece) == Array("茶\n茶".utf8))
  }

  @Test func `what the encoding does not have is no UTF-8 either`() throws {
    #expect(try utf8([0x61, 0xFF, 0x62], from: "GB18030", piece: 64) == [0x61, 0xFF, 0x62])
    // Half a character at the end.
    #expect(try utf8([0x61, 0xB2], from: "GB18030", piece: 64) == [0x61, 0xFF])
  }

  @Test(arguments: ["", "klingon", "UTF-8//TRANSLIT", "../x", "utf 8"])
  func `no such encoding`(name: String) {
    #expect(Transcoder(from: name) == nil)
  }
}
