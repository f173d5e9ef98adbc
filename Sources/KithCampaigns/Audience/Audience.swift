/// Who a wave is about, frozen when it was planned: `audience.arrow`.
struct Audience: Sendable, Equatable {
  /// In byte order of users.
  var members: [Member]

  struct Member: Sendable, Equatable {
    /// Empty where the person was erased.
    var user: String
    /// nil where a reason came before the draw.
    var arm: Arm?
    var reason: ExclusionReason?
    /// The address's keyed hash, by which caps find it again; nil where the user is not reached.
    var addressHash: String?
  }
}
