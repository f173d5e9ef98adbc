/// The text nearest to one that is not known, for "did you mean"; nil where none is near.
///
/// The distance is that of Damerau and Levenshtein (neighbours that changed places count once), and
/// may be a third of the length.
package func nearest(_ text: String, in known: [String]) -> String? {
  let wanted = Array(text.lowercased().unicodeScalars.prefix(64))
  var best: (name: String, distance: Int)?
  for name in known {
    let distance = distance(wanted, Array(name.lowercased().unicodeScalars.prefix(64)))
    if distance <= max(1, wanted.count / 3), distance < best?.distance ?? .max {
      best = (name, distance)
    }
  }
  return best?.name
}

private func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
  var beforeLast = [Int](repeating: 0, count: right.count + 1)
  var last = Array(0...right.count)
  for (row, leftScalar) in left.enumerated() {
    var current = [row + 1]
    for (column, rightScalar) in right.enumerated() {
      var cost = min(
        last[column + 1] + 1, current[column] + 1,
        last[column] + (leftScalar == rightScalar ? 0 : 1))
      if row > 0, column > 0, leftScalar == right[column - 1], left[row - 1] == rightScalar {
        cost = min(cost, beforeLast[column - 1] + 1)
      }
      current.append(cost)
    }
    beforeLast = last
    last = current
  }
  return last[right.count]
}
