public import KithSystem

/// What can be wrong with a campaign, its template, its plan or its sending.
public enum CampaignError: Error, Sendable {
  /// Names are 1–64 letters, digits, `_`, `-`. `kind` is `campaign` or `template`.
  case badName(kind: String, name: String)
  case exists(kind: String, name: String)
  case missing(kind: String, name: String, known: [String])
  /// A mistake in campaign.yaml or in a template, at its place.
  case mistake(problem: String, Excerpt, remedy: String)
  /// The file is of a later version of Kith.
  case laterFormat(file: String, format: String)
  /// A mistake in the audience or in `only`, worded by the room that reads expressions.
  case expression(Diagnostic)
  case staleData(horizon: Instant?, now: Instant, limitMs: Int64)
  case noChannel(name: String, known: [String])
  /// A setting of a channel in kith.yaml, or the secret it names.
  case channelSetting(channel: String, problem: String, Excerpt?, remedy: String)
  case channelNotReady(channel: String, reason: String)
  /// Nothing was planned, or what was planned is gone.
  case notPlanned(campaign: String)
  case planTooOld(campaign: String, planned: Instant)
  /// `action` is not possible in this state.
  case state(campaign: String, CampaignState, action: String)
  case sendingElsewhere(holder: String)
  /// Another machine planned it.
  case otherWriter(campaign: String)
  /// The store is behind what this machine has sent.
  case restored(campaign: String)
  case damaged(file: String, problem: String)
  case readOnly(store: String)
  case file(FileError)
  case other(Diagnostic)
}
