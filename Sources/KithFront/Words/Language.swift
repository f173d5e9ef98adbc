public import KithSystem

/// The languages that the interface speaks.
public enum Language: String, Sendable, CaseIterable {
  case english = "en"
  case chinese = "zh-Hans"

  /// The setting where there is one, else the first of LC_ALL, LC_MESSAGES and LANG that is set.
  public init(setting: String?, variables: Variables) {
    let named =
      setting
      ?? ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { variables[$0] }
      .first { !$0.isEmpty } ?? ""
    self = named.lowercased().hasPrefix("zh") ? .chinese : .english
  }
}

/// One text of the interface in every language; `{0}`, `{1}` stand for what changes.
struct Word: Sendable, Hashable {
  let english: String
  /// The English one where the first part is 1.
  let one: String?
  let chinese: String

  init(_ english: String, one: String? = nil, _ chinese: String) {
    self.english = english
    self.one = one
    self.chinese = chinese
  }
}

/// The words of one language.
struct Words: Sendable, Equatable {
  var language: Language

  func callAsFunction(_ word: Word, _ parts: String...) -> String {
    let english = parts.first == "1" ? word.one ?? word.english : word.english
    let text = language == .chinese ? word.chinese : english
    return parts.isEmpty ? text : filled(text, parts)
  }

  /// A stage by the word that the glossary has for it, else by its own name.
  func stage(_ name: String) -> String {
    Words.stages[name].map { self($0) } ?? name
  }

  func band(_ name: String) -> String {
    Words.bands[name].map { self($0) } ?? name
  }

  private static let stages: [String: Word] = [
    "effective": Word("Effective", "有效用户"),
    "active": Word("Active", "活跃用户"),
    "core": Word("Core", "核心用户"),
    "junk": Word("Junk", "垃圾用户"),
  ]

  private static let bands: [String: Word] = [
    "new": Word("new", "新用户"),
    "tried": Word("tried", "浅尝用户"),
    "resurrected": Word("resurrected", "回流"),
    "cooling": Word("cooling", "沉默"),
    "dormant": Word("dormant", "沉睡"),
    "lost": Word("lost", "流失"),
    "at-risk": Word("at risk", "流失预警"),
    "steady": Word("steady", "稳定"),
    "daily": Word("daily", "每日"),
    "weekly": Word("weekly", "每周"),
  ]
}
