public import KithStore
import KithSystem

extension Store {
  /// The saved segments by name, as they stand in `segments/`.
  ///
  /// A file with another ending, with a name that no segment may have, or that is not UTF-8 is left
  /// out. Cost: the size of the files.
  public func savedSegments() throws(StoreError) -> [String: SourceText] {
    var segments: [String: SourceText] = [:]
    for file in try files.reach({ () throws(FileError) in try files.list("segments") }) {
      let name = file.hasSuffix(".segment") ? String(file.dropLast(8)) : ""
      guard isSegmentName(name) else { continue }
      let path = "segments/" + file
      let bytes = try files.reach { () throws(FileError) in try files.read(path) }
      guard let text = String(validating: bytes, as: UTF8.self) else { continue }
      segments[name] = SourceText(text, file: path)
    }
    return segments
  }
}

/// Whether a segment may bear the name: 1 to 64 letters, digits, `_` and `-`.
public func isSegmentName(_ name: String) -> Bool {
  (1...64).contains(name.count)
    && name.unicodeScalars.allSatisfy { continuesName($0) || $0 == "-" }
}
