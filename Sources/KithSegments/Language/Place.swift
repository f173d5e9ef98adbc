/// A stretch of an expression, in Unicode scalars from its start.
///
/// All places are equal: trees are compared by what they say, not by where they say it.
package struct Place: Hashable, Sendable {
  package var start: Int
  package var end: Int

  package init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = end
  }

  package static func == (left: Place, right: Place) -> Bool { true }

  package func hash(into hasher: inout Hasher) {}

  /// From the start of this to the end of another.
  package func through(_ other: Place) -> Place { Place(start, other.end) }
}
