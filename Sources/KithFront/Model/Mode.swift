import KithCampaigns
import KithScreen
import KithSegments
import KithSystem

/// What has the keys.
enum Mode: Sendable {
  case keys
  case filter(FilterLine)
  case command(EntryLine)
  case prompt(Prompt)
  case confirm(Confirm)
  case sorting(cursor: Int)
  /// The context whose keys are shown, and the first line in sight; `beneath` comes back after it.
  case help(Context, scroll: Int, beneath: Reminder?)
  case reminder(Reminder)
  case why(Why)
}

/// A line that is typed, with its completions and its history.
struct EntryLine: Sendable {
  var editor = LineEditor()
  var completions: [String] = []
  /// The completion that stands in the line.
  var chosen: Int?
  /// The place in the history, from its end; 0: the line itself, kept in `own`.
  var past = 0
  var own = ""
}

/// What came of reading a filter that is typed.
public struct FilterCheck: Sendable {
  /// Users that match.
  var count: Int
  var warning: Diagnostic?
}

struct FilterLine: Sendable {
  var line = EntryLine()
  var ticket = 0
  /// Users that match what is typed; nil while they are counted.
  var count: Int?
  var mistake: Diagnostic?
  /// What it names and the store has never seen; it may come yet.
  var warning: Diagnostic?
  /// Enter was pressed on the mistake.
  var isRefused = false
  /// Enter was pressed before the check had come back.
  var isAccepted = false
}

/// A question in one line.
struct Prompt: Sendable {
  enum Kind: Sendable, Equatable {
    case tag, note, owner
    /// The number of people is to be typed.
    case send(campaign: String, people: Int)
  }
  var kind: Kind
  var audience: Audience
  /// The user or the number of them.
  var whom: String
  var line = EntryLine()
  /// The dialog that comes back after the prompt.
  var beneath: Reminder?
}

/// A question answered by yes or no.
struct Confirm: Sendable {
  var text: String
  var effects: [Effect]
}

/// The dialog of `r`.
struct Reminder: Sendable {
  enum Field: Int, Sendable, CaseIterable { case template, channel, name }

  var audience: Audience
  var audienceText: String
  var templates: [TemplateChoice]?
  var channels: [String] = []
  var template = 0
  var channel = 0
  var name: LineEditor
  var field = Field.template
  var ticket = 0
  /// What planning would come to; nil while it is worked out.
  var report: PlanReport?
  var problem: Diagnostic?
  var isPlanning = false
  /// The wave is frozen; the fields no longer change.
  var isPlanned = false
  /// What the send came to, once it rests.
  var outcome: CampaignStatus?

  var draft: ReminderDraft? {
    guard let templates, templates.indices.contains(template), channels.indices.contains(channel),
      !name.isEmpty
    else { return nil }
    return ReminderDraft(
      name: name.text, template: templates[template].name, channel: channels[channel],
      audience: audience)
  }
}
