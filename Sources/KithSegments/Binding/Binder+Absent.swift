package import KithStore
import KithSystem

/// Names that come and go without an import: by decisions, and by what people write.
package struct Passing: Sendable {
  let decisions: Decisions
  /// nil where nobody told.
  let campaigns: [String]?

  package init(decisions: Decisions, campaigns: [String]?) {
    self.decisions = decisions
    self.campaigns = campaigns
  }
}

/// A tag that nobody carries, a campaign that is not there: warnings of a kind of their own, since an
/// audience or a rule may well name what is yet to come.
extension Binder {
  mutating func tag(_ name: Syntax.Name) -> Measured {
    if let passing, !passing.decisions.isCarried(name.text) {
      miss(
        "nobody carries the tag `\(name.text)`", name,
        among: passing.decisions.tagCounts.map(\.tag))
    }
    return .tag(ByteText(name.text))
  }

  mutating func campaign(_ name: Syntax.Name) -> ByteText {
    if let campaigns = passing?.campaigns, !campaigns.contains(name.text) {
      miss("there is no campaign `\(name.text)`", name, among: campaigns)
    }
    return ByteText(name.text)
  }

  private mutating func miss(_ what: Phrase, _ name: Syntax.Name, among known: [String]) {
    guard !absences.contains(where: { $0.what == what.text }) else { return }
    let mistake = Mistake(what, at: name.place, remedy: suggestion(for: name.text, among: known))
    absences.append(mistake.diagnostic(in: source))
  }
}
