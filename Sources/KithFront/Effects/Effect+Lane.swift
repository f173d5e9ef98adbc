/// A queue of work that is done in order.
enum Lane: CaseIterable, Sendable {
  case look, check, trends, decisions, send
}

extension Effect {
  var lane: Lane {
    switch self {
    case .check, .complete, .previewReminder: .check
    case .trends: .trends
    case .decide, .undo, .redo, .planReminder, .planCampaign: .decisions
    case .send: .send
    default: .look
    }
  }

  /// Whether a newer one of its kind makes it needless.
  var isQuestion: Bool {
    switch self {
    case .decide, .undo, .redo, .planReminder, .planCampaign, .send, .pauseSend, .quit: false
    default: true
    }
  }

  /// Whether it is asked of an engine, which the next engine makes needless.
  var isOfEngine: Bool {
    switch self {
    case .stages, .trends, .page, .range, .preview, .user, .timeline, .why, .check, .complete:
      true
    default: false
    }
  }

  /// What it is the newest of; pages go by their pane.
  var kind: String {
    switch self {
    case .open: "open"
    case .stages: "stages"
    case .trends: "trends"
    case .page(let request): "page " + request.stage
    case .range: "range"
    case .preview: "preview"
    case .user: "user"
    case .timeline: "timeline"
    case .why: "why"
    case .check: "check"
    case .complete: "complete"
    case .vocabulary: "vocabulary"
    case .decide: "decide"
    case .undo: "undo"
    case .redo: "redo"
    case .journal: "journal"
    case .campaigns: "campaigns"
    case .reminderChoices: "reminder choices"
    case .previewReminder: "preview reminder"
    case .planReminder: "plan reminder"
    case .planCampaign: "plan campaign"
    case .send: "send"
    case .pauseSend: "pause"
    case .theme: "theme"
    case .checkForNews: "news"
    case .quit: "quit"
    }
  }
}
