import KithStore

/// Users of whom a few are named.
public struct UserSample: Sendable, Equatable {
  public var users: Int
  /// The first ones, in byte order of ids.
  public var sample: [String]

  public init(users: Int, sample: [String]) {
    self.users = users
    self.sample = sample
  }
}

/// Who would move if one segment took the place of another.
public struct SegmentDiff: Sendable, Equatable {
  public var old: Int
  public var new: Int
  public var stay: Int
  public var enter: UserSample
  public var leave: UserSample
}

/// How many users are in several segments at once.
public struct SegmentOverlap: Sendable, Equatable {
  /// Places in the list that was asked about, ascending.
  public var segments: [Int]
  public var users: Int
}

extension Engine {
  /// Who enters and who leaves. Cost: three questions.
  /// - Throws: ``Cancelled``.
  public func difference(
    from old: Segment, to new: Segment, sample: Int = 10
  ) throws -> SegmentDiff {
    let enter = try self.sample("\(new.inner) and not \(old.inner)", sample)
    let leave = try self.sample("\(old.inner) and not \(new.inner)", sample)
    let before = try count(old)
    return SegmentDiff(
      old: before, new: before - leave.users + enter.users, stay: before - leave.users,
      enter: enter, leave: leave)
  }

  private func sample(_ text: String, _ count: Int) throws -> UserSample {
    let segment = try segment(SourceText(text))
    let page = try page(PagePlan(segment: segment, limit: count))
    return UserSample(users: page.total, sample: page.rows.map(\.id))
  }

  /// The sizes of all intersections of two and more; of more than five segments those of pairs alone.
  public func overlaps(of segments: [Segment]) throws -> [SegmentOverlap] {
    let most = segments.count > 5 ? 2 : segments.count
    var overlaps: [SegmentOverlap] = []
    var groups: [[Int]] = segments.indices.map { [$0] }
    while let size = groups.first?.count, size < most {
      groups = groups.flatMap { group in
        ((group.last ?? 0) + 1..<segments.count).map { group + [$0] }
      }
      for group in groups {
        let text = group.map { segments[$0].inner }.joined(separator: " and ")
        let users = try count(segment(SourceText(text)))
        overlaps.append(SegmentOverlap(segments: group, users: users))
      }
    }
    return overlaps
  }
}

extension Segment {
  /// The text in parentheses; the newline ends a comment that it may end with.
  fileprivate var inner: String { "(\(source.text)\n)" }
}
