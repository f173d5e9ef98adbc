/// A value for each user by number, filled by threads that visit different users.
final class UserTable<Value: BitwiseCopyable & Sendable>: @unchecked Sendable {
  // No two threads visit one user, and none reads before all are done.
  private let values: UnsafeMutableBufferPointer<Value>

  /// - Parameter value: of users who are not visited.
  init(_ count: Int, repeating value: Value) {
    values = .allocate(capacity: count)
    values.initialize(repeating: value)
  }

  deinit {
    values.deallocate()
  }

  @inline(__always)
  subscript(user: Int) -> Value {
    get { values[user] }
    set { values[user] = newValue }
  }

  /// A copy of all.
  var array: [Value] { Array(values) }
}
