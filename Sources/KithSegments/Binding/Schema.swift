package import KithStore

/// What names mean: the dictionaries of a snapshot, the rules of kith.yaml, the saved segments.
package final class Schema: Sendable {
  package let eventNames: Names
  package let properties: [Column]
  package let attributes: [Column]
  /// By event code: whether kith.yaml says that it is the system's doing.
  package let isSystem: [Bool]
  /// In rule order, `effective` last unless a rule names it.
  package let stageNames: [String]
  package let bandNames: [String]
  package let segments: [String: SourceText]
  /// As kith.yaml has them.
  package let stageRules: [Rule]
  private let bandRules: [(stage: String, rules: [Rule])]

  package init(snapshot: any Snapshot, settings: Settings, segments: [String: SourceText]) {
    eventNames = snapshot.eventNames
    properties = snapshot.properties
    attributes = snapshot.attributes
    self.segments = segments
    stageRules = settings.stages
    bandRules = settings.bands
    let system = Set(settings.events.filter { $0.value.system }.keys.map(ByteText.init))
    isSystem = snapshot.eventNames.texts.map { system.contains(ByteText($0)) }
    let named = settings.stages.map(\.name)
    stageNames = named.contains("effective") ? named : named + ["effective"]
    var bands: [String] = []
    for rule in settings.bands.flatMap(\.rules) where !bands.contains(rule.name) {
      bands.append(rule.name)
    }
    bandNames = bands
  }

  func bandRules(of stage: String) -> [Rule] {
    bandRules.filter { $0.stage == stage }.flatMap(\.rules)
  }

  func property(_ name: String) -> Int? { Schema.place(of: name, in: properties) }
  func attribute(_ name: String) -> Int? { Schema.place(of: name, in: attributes) }

  /// Columns are few, and expressions name few of them.
  private static func place(of name: String, in columns: [Column]) -> Int? {
    columns.firstIndex { ByteText($0.name) == ByteText(name) }
  }
}
