/// Which of its imports each row of a folded run came with, by place in the order of arrival.
///
/// The rows of one id need it not: they are in order. Those of several ids that are one person stand apart in a
/// run, and of equal times the earlier import's is first, folded or not.
package struct ImportOrder: Sendable {
  private let codes: CodeView
  /// By code: the dictionary is in byte order, not in that of arrival.
  private let places: [UInt32]

  /// - Parameter imports: the run's, in order of arrival.
  fileprivate init(_ column: DictionaryColumn, _ imports: [Manifest.Import]) {
    codes = column.codes
    var places = [UInt32](repeating: absentCode, count: column.texts.count)
    for (place, one) in imports.enumerated() {
      if let code = column.texts.find(one.id), code < places.count { places[code] = UInt32(place) }
    }
    self.places = places
  }

  @inline(__always)
  package subscript(row: Int) -> UInt32 {
    // A file may be damaged: a code that stands for nothing is absent.
    let code = Int(codes[row])
    return code < places.count ? places[code] : absentCode
  }
}

/// What a folded run says of its imports; its order is worked out when it is asked for.
struct RunImports: Sendable {
  private let column: DictionaryColumn
  private let imports: [Manifest.Import]

  /// nil where the run holds one import alone.
  init?(_ file: ArrowFile, _ imports: [Manifest.Import]) throws(DamagedFile) {
    guard imports.count > 1, let place = file.ownIfAny("import") else { return nil }
    column = try file.dictionary(place)
    self.imports = imports
  }

  /// Cost: O(imports × log imports).
  var order: ImportOrder { ImportOrder(column, imports) }
}
