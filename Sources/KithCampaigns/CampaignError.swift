public import KithSystem

/// What can be wrong with a campaign, its template, its plan or its sending.
public enum CampaignError: Error, Sendable {
  case other(Diagnostic)
}

extension CampaignError: Explained {
  public var diagnostic: Diagnostic {
    switch self {
    case .other(let diagnostic): diagnostic
    }
  }
}
