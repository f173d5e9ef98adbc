import KithStore
import KithSystem

/// `did you mean `purchase`?`, where a known name is near.
func suggestion(for name: String, among known: [String]) -> Phrase? {
  guard name.unicodeScalars.count > 1 else { return nil }
  return nearest(name, in: known.filter { $0 != name }).map { "did you mean `\($0)`?" }
}
