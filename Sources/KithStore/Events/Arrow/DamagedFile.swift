/// A run that cannot be what was written: damaged, cut short, or not ours.
package struct DamagedFile: Error, Equatable, Sendable {
  package enum Problem: Equatable, Sendable {
    /// Head, tail or directory of the file do not hold together.
    case metadata
    /// Another kind of file than the manifest says.
    case wrongKind(want: String)
    /// A format that this version does not know.
    case format(String)
    /// A column is missing.
    case missing(column: String)
    /// A column is of another type than the format says.
    case type(column: String)
    /// A buffer is shorter than its rows need, or its offsets lead outside.
    case size
    /// A code points beyond its dictionary.
    case code(column: String)
    /// Rows or dictionary are not in the order of the format.
    case order(column: String)
    /// Where it says that a user's rows begin, another's do.
    case starts
    /// A MiB is not what was written.
    case checksum(offset: Int)
    /// The file's size is not that of the manifest.
    case length(want: Int, found: Int)
  }
  /// The file's name within the store.
  package var file: String
  package var problem: Problem

  package init(_ file: String, _ problem: Problem) {
    self.file = file
    self.problem = problem
  }
}

extension DamagedFile {
  /// What is wrong, as a clause.
  package var words: String {
    switch problem {
    case .metadata: "its directory does not hold together"
    case .wrongKind(let want): "it is not of the kind \(want)"
    case .format(let format): "it has format \(format), which this version does not know"
    case .missing(let column): "it has no column \(column)"
    case .type(let column): "the column \(column) has another type than it should"
    case .size: "a part of it is too short"
    case .code(let column): "the column \(column) has a code that stands for nothing"
    case .order(let column): "the column \(column) is not in order"
    case .starts: "it says wrongly where the rows of a user begin"
    case .checksum(let offset): "its bytes from \(offset) on are not those that were written"
    case .length(let want, let found): "it has \(found) bytes of \(want)"
    }
  }
}
