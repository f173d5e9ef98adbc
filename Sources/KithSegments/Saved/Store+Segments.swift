public import KithStore
import KithSystem

extension Store {
  /// The saved segments by name, as they stand in `segments/`.
  ///
  /// A file with another ending, with a name that no segment may have, or that cannot be read as text is
  /// left out: one bad file should not keep anyone from the rest, and the doctor names it. Cost: the size of
  /// the files.
  public func savedSegments() throws(StoreError) -> [String: SourceText] {
    var segments: [String: SourceText] = [:]
    for file in try files.reach({ () throws(FileError) in try files.list("segments") }) {
      let name = file.hasSuffix(".segment") ? String(file.dropLast(8)) : ""
      guard isSegmentName(name) else { continue }
      let path = "segments/" + file
      let bytes = try files.reach { () throws(FileError) -> [UInt8]? in
        do throws(FileError) { return try files.read(path) } catch {
          if [.missing, .denied, .notAFile, .isALink].contains(error.reason) { return nil }
          throw error
        }
      }
      guard let bytes, let text = String(validating: bytes, as: UTF8.self) else { continue }
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
