public import KithScreen

/// What a piece of the screen means; a theme says how each looks.
public enum Slot: String, Sendable, CaseIterable {
  case text, dim, strong
  case store, header, news
  case tab, tabCurrent
  case border, borderFocused
  case paneTitle, paneTitleFocused, columnHeader
  case rowCursor, rowMarked, mark, late, placeholder
  case stage, band, tag, owner
  case rise, fall, sparkline
  case heat0, heat1, heat2, heat3, heat4
  case eventName, eventTime, eventValue
  case filter, count, completion, completionCurrent
  case flash, flashDone, flashError
  case footerKey, footerLabel, footerDisabled
  case dialog, dialogBorder, dialogTitle
  case field, fieldFocused, danger
  case progressDone, progressRest
  case undone
}

extension Slot {
  /// What is left of the meaning where no colour is shown, under `NO_COLOR` and on terminals without.
  public var plainAttributes: Attributes {
    switch self {
    case .strong, .store, .paneTitleFocused, .mark, .late, .danger, .dialogTitle, .footerKey,
      .eventName, .flashDone, .news:
      .bold
    case .dim, .columnHeader, .placeholder, .eventTime, .footerDisabled, .progressRest, .undone,
      .heat0:
      .dim
    case .tabCurrent, .rowCursor, .completionCurrent, .flashError: .reverse
    case .fieldFocused, .field: .underline
    case .borderFocused, .rowMarked: .bold
    default: []
    }
  }
}
