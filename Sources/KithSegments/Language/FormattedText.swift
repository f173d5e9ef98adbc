public import KithStore

/// An expression as everyone would write it, its comments moved in front, one a line.
/// - Throws: ``SegmentError`` where it cannot be read.
public func formattedSegment(_ source: SourceText) throws(SegmentError) -> String {
  let tree: Syntax
  do throws(Mistake) { tree = try Parser.parse(source.text) } catch {
    throw error.error(in: source)
  }
  return Lexer.comments(of: source.text).map { $0 + "\n" }.joined() + Formatter.text(tree)
}
