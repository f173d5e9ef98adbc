import KithScreen

/// What an escape sequence says.
enum EscapeSequence: Equatable {
  case says(InputEvent)
  case pasteStart
  /// Of known form, of no meaning here.
  case nothing

  var event: InputEvent? {
    if case .says(let event) = self { return event }
    return nil
  }
}

/// Reads the sequence at the start of the bytes, the first of which is an escape; the length is 0
/// where more bytes are needed.
func readSequence(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> (EscapeSequence, length: Int) {
  let bytes = Array(bytes.prefix(sequenceBytesMax))
  guard bytes.count > 1 else { return isFinal ? (.says(.key(.escape, [])), 1) : (.nothing, 0) }
  let found: (EscapeSequence, length: Int)? =
    switch bytes[1] {
    case 0x1B: (.says(.key(.escape, [])), 1)
    case UInt8(ascii: "["): readControlSequence(bytes)
    case UInt8(ascii: "O"): bytes.count > 2 ? (singleShift(bytes[2]), 3) : nil
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"):
      readString(bytes)
    case 0x00..<0x20, 0x7F: (.says(.key(controlKey(bytes[1]), .alt)), 2)
    default: readAlt(bytes)
    }
  if let found { return found }
  guard isFinal || bytes.count == sequenceBytesMax else { return (.nothing, 0) }
  // Two bytes and then silence: a person held alt and typed what begins a sequence.
  if bytes.count == 2 && bytes[1] < 0x80 { return (alt(Unicode.Scalar(bytes[1])), 2) }
  return (.nothing, bytes.count)
}

private let sequenceBytesMax = 256

private func alt(_ scalar: Unicode.Scalar) -> EscapeSequence {
  .says(.key(.alt(Character(scalar)), []))
}

private func readAlt(_ bytes: [UInt8]) -> (EscapeSequence, length: Int)? {
  let rest = bytes[1...]
  if let (scalar, length) = readScalar(rest) { return (alt(scalar), 1 + length) }
  return isUnfinished(rest) ? nil : (.nothing, 2)
}

/// An answer of the terminal, ended by BEL or `ESC \`.
private func readString(_ bytes: [UInt8]) -> (EscapeSequence, length: Int)? {
  for index in bytes.indices.dropFirst(2) {
    if bytes[index] == 0x07 { return (.nothing, index + 1) }
    if bytes[index] == UInt8(ascii: "\\") && bytes[index - 1] == 0x1B {
      return (.nothing, index + 1)
    }
  }
  return nil
}

/// `ESC [`, parameters, and a final byte.
private func readControlSequence(_ bytes: [UInt8]) -> (EscapeSequence, length: Int)? {
  guard bytes.count > 2 else { return nil }
  switch bytes[2] {
  case UInt8(ascii: "["):  // the Linux console's first five function keys
    guard bytes.count > 3 else { return nil }
    let number = Int(bytes[3]) - 0x40
    return ((1...5).contains(number) ? .says(.key(.function(number), [])) : .nothing, 4)
  case UInt8(ascii: "M"):
    guard bytes.count > 5 else { return nil }
    return (oldMouse(bytes[3], bytes[4], bytes[5]), 6)
  default: break
  }
  guard let end = bytes[2...].firstIndex(where: { !(0x20...0x3F).contains($0) }) else { return nil }
  // Anything else inside breaks the sequence off; what broke it is read on its own.
  guard (0x40...0x7E).contains(bytes[end]) else { return (.nothing, end) }
  let isPrivate = (0x3C...0x3F).contains(bytes[2])
  let numbers = bytes[(isPrivate ? 3 : 2)..<end].split(
    separator: UInt8(ascii: ";"), omittingEmptySubsequences: false
  ).map { Int(String(decoding: $0.prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self)) ?? 0 }
  let final = bytes[end]
  let meaning: EscapeSequence =
    switch (isPrivate ? bytes[2] : 0, final) {
    case (UInt8(ascii: "<"), UInt8(ascii: "M")), (UInt8(ascii: "<"), UInt8(ascii: "m")):
      mouse(numbers, isRelease: final == UInt8(ascii: "m"))
    case (0, _): key(numbers, final)
    default: .nothing
    }
  return (meaning, end + 1)
}

private func key(_ numbers: [Int], _ final: UInt8) -> EscapeSequence {
  let held = numbers.count > 1 ? modifiers(numbers[1]) : []
  switch final {
  case UInt8(ascii: "~"):
    if numbers.first == 200 { return .pasteStart }
    if numbers.count == 3 && numbers[0] == 27 { return typed(numbers[2], held) }
    return numberedKey(numbers.first ?? 0).map { .says(.key($0, held)) } ?? .nothing
  case UInt8(ascii: "^"):  // rxvt
    return numberedKey(numbers.first ?? 0).map { .says(.key($0, .control)) } ?? .nothing
  case UInt8(ascii: "u"): return typed(numbers.first ?? 0, held)
  case UInt8(ascii: "a")...UInt8(ascii: "d"):  // rxvt
    return letterKey(final - 0x20).map { .says(.key($0, .shift)) } ?? .nothing
  default: return letterKey(final).map { .says(.key($0, held)) } ?? .nothing
  }
}

/// A character with modifiers, in the forms that name its number.
private func typed(_ number: Int, _ held: Modifiers) -> EscapeSequence {
  guard let scalar = UInt32(exactly: number).flatMap(Unicode.Scalar.init) else { return .nothing }
  let character = Character(scalar)
  if number < 0x20 || number == 0x7F {
    let key = controlKey(UInt8(number))
    return .says(.key(key == .tab && held.contains(.shift) ? .backTab : key, held))
  }
  if held.contains(.control) {
    let letter = Character(character.lowercased())
    return .says(.key(.control(letter), held.subtracting(.control)))
  }
  return held.contains(.alt) ? alt(scalar) : .says(.text(String(character)))
}

private func modifiers(_ parameter: Int) -> Modifiers {
  let bits = max(0, parameter - 1)
  var held: Modifiers = []
  if bits & 1 != 0 { held.insert(.shift) }
  if bits & 0b1010 != 0 { held.insert(.alt) }
  if bits & 4 != 0 { held.insert(.control) }
  return held
}

private func letterKey(_ final: UInt8) -> Key? {
  switch final {
  case UInt8(ascii: "A"): .up
  case UInt8(ascii: "B"): .down
  case UInt8(ascii: "C"): .right
  case UInt8(ascii: "D"): .left
  case UInt8(ascii: "H"): .home
  case UInt8(ascii: "F"): .end
  case UInt8(ascii: "Z"): .backTab
  case UInt8(ascii: "P")...UInt8(ascii: "S"): .function(Int(final) - 0x4F)
  default: nil
  }
}

private func numberedKey(_ number: Int) -> Key? {
  switch number {
  case 1, 7: .home
  case 2: .insert
  case 3: .delete
  case 4, 8: .end
  case 5: .pageUp
  case 6: .pageDown
  case 11...15: .function(number - 10)
  case 17...21: .function(number - 11)
  case 23, 24: .function(number - 12)
  default: nil
  }
}

/// `ESC O` and one byte: keys in application mode, the number pad among them.
private func singleShift(_ byte: UInt8) -> EscapeSequence {
  switch byte {
  case UInt8(ascii: "M"): .says(.key(.enter, []))
  case UInt8(ascii: "a")...UInt8(ascii: "d"):  // rxvt
    letterKey(byte - 0x20).map { .says(.key($0, .control)) } ?? .nothing
  case UInt8(ascii: "j")...UInt8(ascii: "y"):
    .says(.text(String(Character(Unicode.Scalar(byte - 0x40)))))
  default: letterKey(byte).map { .says(.key($0, [])) } ?? .nothing
  }
}

private func oldMouse(_ button: UInt8, _ x: UInt8, _ y: UInt8) -> EscapeSequence {
  let code = Int(button) - 32
  let isRelease = code & 0b100_0011 == 3
  return mouse([code, Int(x) - 32, Int(y) - 32], isRelease: isRelease)
}

private func mouse(_ numbers: [Int], isRelease: Bool) -> EscapeSequence {
  guard numbers.count == 3, numbers[1] > 0, numbers[2] > 0 else { return .nothing }
  let code = numbers[0]
  var held: Modifiers = []
  if code & 4 != 0 { held.insert(.shift) }
  if code & 8 != 0 { held.insert(.alt) }
  if code & 16 != 0 { held.insert(.control) }
  let buttons: [Mouse.Button] = [.left, .middle, .right, .none]
  let at = Point(x: numbers[1] - 1, y: numbers[2] - 1)
  switch code & ~0b1_1100 {
  case 0...3:
    let kind: Mouse.Kind = isRelease ? .release : .press
    return .says(
      .mouse(Mouse(kind: kind, button: buttons[code & 3], at: at, modifiers: held)))
  case 64: return .says(.mouse(Mouse(kind: .wheelUp, at: at, modifiers: held)))
  case 65: return .says(.mouse(Mouse(kind: .wheelDown, at: at, modifiers: held)))
  default: return .nothing
  }
}
