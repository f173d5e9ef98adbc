import KithSegments

/// What `E` shows: why one user matches the filter or does not; without a filter, which rules put the
/// user into the stage and the band.
struct Why: Sendable {
  let user: String
  let filter: String
  /// nil while it is worked out.
  var explanation: Explanation?
  var scroll = 0
}

extension Model {
  mutating func explain() -> [Effect] {
    guard let user = currentUser?.id, let data else { return [] }
    let filter = page == nil ? filter : ""
    mode = .why(Why(user: user, filter: filter))
    return [.why(user: user, filter: filter, epoch: data.epoch)]
  }

  /// The answer is dropped where the pane was closed meanwhile, or is about another user by now.
  mutating func take(_ explanation: Explanation) {
    guard case .why(var why) = mode, why.user.utf8.elementsEqual(explanation.user.utf8) else {
      return
    }
    why.explanation = explanation
    mode = .why(why)
  }
}
