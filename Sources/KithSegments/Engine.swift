public import KithStore

/// What answers questions about users as of one moment.
///
/// Every question is a value; who answers it (the embedded engine now, a distributed one later) is
/// not known above this line.
public protocol Engine: Sendable {
  var moment: Moment { get }
  /// Users and events up to the moment.
  var totals: Totals { get }
  /// Stage names in rule order, `effective` last unless a rule names it.
  var stageNames: [String] { get }

  /// Reads and checks an expression against what the store knows.
  /// - Throws: ``SegmentError`` with the place of the mistake.
  func segment(_ text: SourceText) throws(SegmentError) -> Segment

  /// The ids of a page's users, in its order.
  func ids(_ plan: PagePlan) throws(Cancelled) -> [String]
  func count(_ segment: Segment) throws(Cancelled) -> Int
  /// A page of users, sorted.
  func page(_ plan: PagePlan) throws(Cancelled) -> Page
  /// How many users stand in each stage and band.
  func stages() throws(Cancelled) -> [StageCount]
  /// One user; nil where the id has no event up to the moment.
  func user(_ id: String) -> UserRow?
  /// Why a segment holds for one user, or does not; without a segment, why the user stands in that
  /// stage and band. nil where the id has no event up to the moment. Cost: the user's events, with
  /// `top` one round over all users.
  func why(_ id: String, _ segment: Segment?) throws(Cancelled) -> Explanation?
  /// A user's events, newest first, from `offset`; at most `limit`.
  func timeline(of id: String, offset: Int, limit: Int) -> [TimelineEntry]
  /// Active days (`activity`) of a user among the last `days` days: oldest first, events on each.
  func calendar(of id: String, days: Int) -> [Int]
  /// A user's attributes at the moment, in byte order of names.
  func attributes(of id: String) -> [(name: String, value: String)]
  /// What can be typed at this place of an expression, best first.
  func completions(of text: String, at offset: Int) -> [Completion]
}

extension Engine {
  /// The ids of a segment's users, in byte order.
  public func ids(_ segment: Segment) throws(Cancelled) -> [String] {
    try ids(PagePlan(segment: segment))
  }
}
