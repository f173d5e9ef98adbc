import KithStore
import KithSystem

extension EmbeddedEngine {
  public func why(_ id: String, _ segment: Segment?) throws(Cancelled) -> Explanation? {
    guard let user = world.snapshot.user(id) else { return nil }
    var explainer = Explainer(world: world, frames: frames, user: user)
    guard explainer.isUser(at: frame) else { return nil }
    guard let segment else {
      let (clauses, name) = try explainer.standing(frame)
      return Explanation(user: id, question: name, holds: true, clauses: clauses)
    }
    let clauses = try explainer.clauses(of: segment.source, frame)
    let tree = try? Parser.parse(segment.source.text)
    return Explanation(
      user: id, question: tree.map { Formatter.text($0) } ?? segment.source.text,
      holds: clauses.allSatisfy(\.holds), clauses: clauses)
  }
}
