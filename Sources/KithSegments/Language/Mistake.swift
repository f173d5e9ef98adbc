package import KithStore
package import KithSystem

/// A mistake at a place of one expression, before it is known which file that stands in.
package struct Mistake: Error {
  package var what: Phrase
  package var remedy: Phrase?
  package var place: Place
  /// The mistake of another file, where that is what is wrong here.
  package var origin: SegmentError?

  package init(_ what: Phrase, at place: Place, remedy: Phrase? = nil) {
    self.what = what
    self.remedy = remedy
    self.place = place
  }

  package init(origin: SegmentError, at place: Place) {
    self.init(Phrase(verbatim: origin.diagnostic.what), at: place)
    self.origin = origin
  }

  package func diagnostic(in source: SourceText) -> Diagnostic {
    Diagnostic(
      what, excerpt: source.excerpt(place), remedy: remedy,
      status: source.file == nil ? .usage : .failed)
  }

  package func error(in source: SourceText) -> SegmentError {
    SegmentError(diagnostic: diagnostic(in: source))
  }
}

extension SourceText {
  /// The line that holds a place, and its columns in characters. A text that starts in the middle of
  /// a line of its file is shown after blanks, so that the caret keeps the file's column.
  func excerpt(_ place: Place) -> Excerpt {
    let scalars = Array(text.unicodeScalars)
    let start = min(place.start, scalars.count)
    let lineStart = scalars[..<start].lastIndex(of: "\n").map { $0 + 1 } ?? 0
    let lineEnd = scalars[start...].firstIndex(of: "\n") ?? scalars.count
    let before = characters(scalars[lineStart..<start])
    let marked = characters(scalars[start..<min(max(place.end, start), lineEnd)])
    let lines = scalars[..<lineStart].count { $0 == "\n" }
    let indent = lines == 0 ? column - 1 : 0
    return Excerpt(
      file: file, line: line + lines, column: indent + before.count + 1,
      length: max(1, marked.count),
      text: String(repeating: " ", count: indent)
        + characters(scalars[lineStart..<lineEnd].filter { $0 != "\r" }))
  }

  private func characters(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }
}
