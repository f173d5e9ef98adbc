public import KithSystem

extension CampaignError: Explained {
  /// In words, with what to do.
  public var diagnostic: Diagnostic {
    switch self {
    case .badName(let kind, let name):
      Diagnostic(
        said: "not a name for a \(Phrase(stringLiteral: kind))", subject: name,
        remedy: "use 1 to 64 letters, digits, _ or -", status: .usage)
    case .exists(let kind, let name):
      Diagnostic(
        said: "there is a \(Phrase(stringLiteral: kind)) of this name already", subject: name,
        remedy: "choose another name, or edit the one that is there")
    case .missing(let kind, let name, let known):
      Diagnostic(
        said: "no such \(Phrase(stringLiteral: kind))", subject: name,
        remedy: choice(known, orElse: "make it first"))
    case .mistake(let problem, let excerpt, let remedy):
      Diagnostic(problem, subject: excerpt.file, excerpt: excerpt, remedy: remedy)
    case .laterFormat(let file, let format):
      Diagnostic(
        said: "the file is of format \(format), which this version does not know", subject: file,
        remedy: "use a newer kith; nothing was changed")
    case .expression(let diagnostic):
      diagnostic
    case .staleData(let horizon, let now, let limitMs):
      staleness(horizon, now, limitMs)
    case .noChannel(let name, let known):
      Diagnostic(
        said: "kith.yaml has no such channel", subject: name,
        remedy: choice(known, orElse: "add it under channels: in kith.yaml"))
    case .channelSetting(let channel, let problem, let excerpt, let remedy):
      Diagnostic(problem, subject: "channel \(channel)", excerpt: excerpt, remedy: remedy)
    case .channelNotReady(let channel, let reason):
      Diagnostic(
        said: "the channel does not answer as it should, and nothing was sent: \(reason)",
        subject: "channel \(channel)",
        remedy: "check its settings in kith.yaml and the other side, then send again")
    default:
      sending
    }
  }

  private var sending: Diagnostic {
    switch self {
    case .notPlanned(let campaign):
      Diagnostic(
        said: "the campaign has no plan", subject: campaign,
        remedy: "kith campaign plan \(campaign)")
    case .planTooOld(let campaign, let planned):
      Diagnostic(
        said: "the plan is more than 24 hours old (\(planned.rfc3339))", subject: campaign,
        remedy: "make it again: kith campaign plan \(campaign)")
    case .state(let campaign, let state, let action):
      Diagnostic(
        said: """
          a campaign that is \(Phrase(stringLiteral: state.rawValue)) cannot \
          \(Phrase(stringLiteral: "be " + action))
          """, subject: campaign,
        remedy: "see kith campaign status \(campaign)")
    case .sendingElsewhere(let holder):
      Diagnostic(
        said: "another process is sending from this store", subject: holder,
        remedy: "wait for it, or pause it: kith campaign pause NAME")
    case .otherWriter(let campaign):
      Diagnostic(
        said: "the campaign was planned on another machine", subject: campaign,
        remedy: "make sure it is not sending there, then: kith campaign take \(campaign)")
    case .restored(let campaign):
      Diagnostic(
        said: "the store is older than what this machine has sent: it was restored from a copy",
        subject: campaign,
        remedy: "people may have the message already; to go on nevertheless: --accept-restore")
    case .damaged(let file, let problem):
      Diagnostic(
        said: "the file is damaged: \(Phrase(stringLiteral: problem))", subject: file,
        remedy: "restore it from a copy; nothing was sent")
    case .readOnly(let store):
      Diagnostic(said: "the store is open for reading only", subject: store)
    case .file(let error):
      error.diagnostic
    case .other(let diagnostic):
      diagnostic
    default:
      Diagnostic(said: "a campaign could not go on")
    }
  }

  private func staleness(_ horizon: Instant?, _ now: Instant, _ limitMs: Int64) -> Diagnostic {
    let hour: Int64 = 3_600_000
    let limit = "max_data_age is \(limitMs / hour) h"
    guard let horizon else {
      return Diagnostic(
        said: "the store has no events", subject: limit, remedy: "import some: kith import FILE")
    }
    let hours = (now.milliseconds - horizon.milliseconds) / hour
    let age: Phrase = hours < 48 ? "\(hours) h" : "\(hours / 24) days"
    return Diagnostic(
      said: "the data ends \(age) ago, at \(horizon.rfc3339)", subject: limit,
      remedy: "import what came since, or add --stale to go on with what is there")
  }

  private func choice(_ known: [String], orElse remedy: Phrase) -> Phrase {
    known.isEmpty ? remedy : "there are: \(known.joined(separator: ", "))"
  }
}
