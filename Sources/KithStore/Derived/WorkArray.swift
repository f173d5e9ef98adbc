import KithSystem

/// Memory for numbers that several threads fill, each its own part.
///
/// It is zero at first, and is not touched before it is filled, so that each thread finds its own part.
final class WorkArray<Number: BitwiseCopyable & Sendable>: @unchecked Sendable {
  let numbers: UnsafeMutableBufferPointer<Number>
  let count: Int
  private let memory: LargeMemory

  /// Holds `count` zeros.
  init(_ count: Int) {
    memory = LargeMemory(max(count, 1) * MemoryLayout<Number>.size)
    numbers = UnsafeMutableBufferPointer(start: memory.of(Number.self), count: max(count, 1))
    self.count = count
  }

  @inline(__always)
  subscript(index: Int) -> Number {
    get { numbers[index] }
    set { numbers[index] = newValue }
  }

  /// Copies some of them to an earlier place.
  func move(_ range: Range<Int>, to place: Int) {
    guard let start = numbers.baseAddress else { return }
    (start + place).update(from: start + range.lowerBound, count: range.count)
  }

  /// All of them; good as long as this is held.
  var all: UnsafeBufferPointer<Number> {
    UnsafeBufferPointer(rebasing: UnsafeBufferPointer(numbers)[..<count])
  }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(all) }
}

/// Arrays that live as long as this does.
final class KeptArrays: @unchecked Sendable {  // never written after init
  private let arrays: [AnyObject]

  init(_ arrays: [AnyObject]) {
    self.arrays = arrays
  }
}
