import KithSegments
import KithStore

/// The places of some keys in ascending order, equal ones in the order in which they stand.
///
/// Radix sort (Knuth, The Art of Computer Programming 3, 5.2.5) over the digits in which keys differ.
/// Cost: keys × such digits.
func placesInOrder<Key: FixedWidthInteger & UnsignedInteger>(_ keys: [Key]) -> [UInt32] {
  let digit = 11
  let size = 1 << digit
  var differing: Key = 0
  for key in keys { differing |= key ^ keys[0] }
  var places = keys.indices.map { UInt32($0) }
  var others = places
  var ends = [Int](repeating: 0, count: size)
  for shift in stride(from: 0, to: Key.bitWidth, by: digit)
  where differing >> shift & Key(size - 1) != 0 {
    for place in 0..<size { ends[place] = 0 }
    for key in keys { ends[Int(truncatingIfNeeded: key >> shift) & (size &- 1)] &+= 1 }
    var sum = 0
    for place in 0..<size { (ends[place], sum) = (sum, sum + ends[place]) }
    for place in places {
      let digits = Int(truncatingIfNeeded: keys[Int(place)] >> shift) & (size &- 1)
      others[ends[digits]] = place
      ends[digits] &+= 1
    }
    swap(&places, &others)
  }
  return places
}

extension Sequence {
  /// The first so many of what sorting would give. Cost: O(elements) where they are few.
  package func least(
    _ count: Int, by precedes: (Element, Element) -> Bool
  ) -> [Element] {
    var found: [Element] = []
    for element in self {
      if found.count == count, let last = found.last, !precedes(element, last) { continue }
      let place = found.firstIndex { precedes(element, $0) } ?? found.count
      found.insert(element, at: place)
      if found.count > count { found.removeLast() }
    }
    return found
  }
}

extension EmbeddedEngine {
  /// Values of one user each, who ascend by number, in byte order of ids.
  func inOrderOfIDs<Value>(_ values: [Value], user: (Value) -> Int) -> [Value] {
    let numbers = values.map(user)
    let ordered = snapshot.inOrderOfIDs(numbers)
    if ordered == numbers { return values }
    var places = [UInt32](repeating: 0, count: snapshot.userCount)
    for (place, number) in numbers.enumerated() { places[number] = UInt32(place) }
    return ordered.map { values[Int(places[$0])] }
  }
}
