/// A dictionary: distinct texts by code, and back, compared byte for byte.
///
/// The texts stay where they lie in a run; a `String` is made for each that is asked for.
public struct Names: Sendable {
  private let table: TextTable
  /// Codes in byte order of their texts; nil where the codes are in that order themselves.
  private let sorted: [UInt32]?

  /// Of equal texts the first has the code.
  public init(_ texts: [String]) {
    table = TextTable(texts)
    let table = table
    sorted =
      table.isSorted
      ? nil
      : texts.indices.sorted { left, right in
        let order = compare(table[left], table[right])
        return order == 0 ? left < right : order < 0
      }.map(UInt32.init)
  }

  /// Texts that are sorted by bytes.
  init(sorted table: TextTable) {
    self.table = table
    sorted = nil
  }

  public var count: Int { table.count }

  /// All of them by code. Cost: a `String` each, at every call.
  public var texts: [String] { (0..<count).map(table.text) }

  public subscript(code: UInt32) -> String { table.text(Int(code)) }

  /// Cost: O(log count).
  public func code(_ text: String) -> UInt32? {
    guard let sorted else { return table.find(text).map(UInt32.init) }
    var text = text
    return text.withUTF8 { bytes in
      let wanted = UnsafeRawBufferPointer(bytes)
      var low = 0
      var high = sorted.count
      while low < high {
        let middle = (low + high) / 2
        if compare(table[Int(sorted[middle])], wanted) < 0 {
          low = middle + 1
        } else {
          high = middle
        }
      }
      guard low < sorted.count, compare(table[Int(sorted[low])], wanted) == 0 else { return nil }
      return sorted[low]
    }
  }

  /// A text's bytes, without a `String`.
  func bytes(_ code: UInt32) -> UnsafeRawBufferPointer { table[Int(code)] }
}
