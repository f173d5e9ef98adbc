/// The nearest known name, for what was probably a slip of the keys.
///
/// Distance is Damerau–Levenshtein with adjacent swaps (optimal string alignment), without regard to
/// ASCII case; at most a third of the name may differ, and two scalars at most.
func nearest(to name: String, among known: some Sequence<String>) -> String? {
  let wanted = Array(name.lowercased().unicodeScalars)
  let limit = wanted.count < 3 ? 1 : 2
  var best: (name: String, distance: Int)?
  for candidate in known where candidate != name {
    let scalars = Array(candidate.lowercased().unicodeScalars)
    guard abs(scalars.count - wanted.count) <= limit, scalars.count > 1 || wanted.count > 1 else {
      continue
    }
    let distance = editDistance(wanted, scalars)
    guard distance <= limit, distance < max(wanted.count, scalars.count) - distance else {
      continue
    }
    if distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  return best?.name
}

/// `did you mean `purchase`?`, where a known name is near.
func suggestion(for name: String, among known: some Sequence<String>) -> String? {
  nearest(to: name, among: known).map { "did you mean `\($0)`?" }
}

private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
  var before: [Int] = []
  var above = Array(0...right.count)
  for (row, scalar) in left.enumerated() {
    var current = [row + 1]
    for (column, other) in right.enumerated() {
      var cost = min(above[column] + (scalar == other ? 0 : 1), above[column + 1] + 1)
      cost = min(cost, current[column] + 1)
      if row > 0, column > 0, scalar == right[column - 1], left[row - 1] == other {
        cost = min(cost, before[column - 1] + 1)
      }
      current.append(cost)
    }
    before = above
    above = current
  }
  return above[right.count]
}
