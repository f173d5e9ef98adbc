/// Memory for numbers that several threads fill, each its own part.
final class WorkArray<Number: FixedWidthInteger & Sendable>: @unchecked Sendable {
  let numbers: UnsafeMutableBufferPointer<Number>

  /// Holds `count` zeros.
  init(_ count: Int) {
    numbers = .allocate(capacity: max(count, 1))
    numbers.initialize(repeating: 0)
    self.count = count
  }

  let count: Int

  @inline(__always)
  subscript(index: Int) -> Number {
    get { numbers[index] }
    set { numbers[index] = newValue }
  }

  deinit {
    numbers.deallocate()
  }

  var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      UnsafeBufferPointer(rebasing: UnsafeBufferPointer(numbers)[..<count]))
  }
}

/// Arrays that live as long as this does.
final class KeptArrays: @unchecked Sendable {  // never written after init
  private let arrays: [AnyObject]

  init(_ arrays: [AnyObject]) {
    self.arrays = arrays
  }
}
