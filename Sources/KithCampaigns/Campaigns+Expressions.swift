public import KithStore

extension Campaigns {
  /// The expressions of every campaign that may still plan a wave, each with words for it. A campaign.yaml
  /// with a mistake in it has none.
  public func expressions() throws(CampaignError) -> [(words: String, source: SourceText)] {
    var found: [(words: String, source: SourceText)] = []
    for status in try list() where status.state != .closed && status.state != .cancelled {
      guard let definition = try? definition(status.campaign).1 else { continue }
      let words = "the campaign \(status.campaign)"
      let others = definition.steps.map(\.only) + [definition.trigger]
      for source in [definition.audience] + others.compactMap(\.self) {
        found.append((words, source))
      }
    }
    return found
  }
}
