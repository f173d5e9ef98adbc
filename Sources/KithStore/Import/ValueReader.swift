/// Reads a decimal number, `[+-]?digits[.digits]`, into millionths, exactly.
func readValue(_ text: UnsafeRawBufferPointer) throws(ValueProblem) -> Micros {
  let isSigned = text[0] == 0x2D || text[0] == 0x2B
  var place = isSigned ? 1 : 0
  let start = place
  var whole: Int64 = 0
  while place < text.count {
    let digit = text[place] &- 0x30
    guard digit < 10 else { break }
    // Held above the bound, so that zeros in front cost nothing and more digits do not wrap.
    whole = min(whole &* 10 &+ Int64(digit), 10_000_000_000_000)
    place &+= 1
  }
  guard place > start else { throw .unreadable }
  var fraction: Int64 = 0
  var fractionDigits = 0
  if place < text.count {
    guard text[place] == 0x2E, place + 1 < text.count else { throw .unreadable }
    place &+= 1
    while place < text.count {
      let digit = text[place] &- 0x30
      guard digit < 10 else { throw .unreadable }
      if fractionDigits < 6 { fraction = fraction &* 10 &+ Int64(digit) }
      fractionDigits &+= 1
      place &+= 1
    }
  }
  guard fractionDigits <= 6 else { throw .tooFine }
  guard whole < 1_000_000_000_000 else { throw .tooLarge }
  for _ in fractionDigits..<6 { fraction &*= 10 }
  let total = whole &* 1_000_000 &+ fraction
  return text[0] == 0x2D ? -total : total
}

enum ValueProblem: Error { case unreadable, tooFine, tooLarge }
