import KithStore
import KithSystem

/// The stages and bands of kith.yaml, bound; the first rule that holds decides.
struct StageRules: Sendable {
  struct Bound: Sendable {
    /// The place of its name in the schema's stages or bands.
    var name: Int
    var condition: Condition
  }
  var stages: [Bound]
  /// By stage.
  var bands: [[Bound]]
  /// The stage of everyone else.
  let otherStage: Int
  /// Property columns that the rules read.
  private(set) var columns: Set<Int> = []
  /// Names in the rules that the store has never seen.
  private(set) var warnings: [Diagnostic] = []

  init(settings: Settings, schema: Schema) throws(SegmentError) {
    otherStage = schema.stageNames.firstIndex(of: "effective") ?? 0
    stages = []
    bands = Array(repeating: [], count: schema.stageNames.count)
    for rule in settings.stages {
      guard let name = schema.stageNames.firstIndex(of: rule.name) else { continue }
      stages.append(try bound(rule, name, schema, .noStage))
    }
    for (stage, rules) in settings.bands {
      guard let place = schema.stageNames.firstIndex(of: stage) else { continue }
      for rule in rules {
        guard let name = schema.bandNames.firstIndex(of: rule.name) else { continue }
        bands[place].append(try bound(rule, name, schema, .noBand))
      }
    }
  }

  private mutating func bound(
    _ rule: Rule, _ name: Int, _ schema: Schema, _ limits: Binder.Limits
  ) throws(SegmentError) -> Bound {
    let program = try Binder.bind(rule.expression, schema: schema, limits: limits)
    columns.formUnion(program.columns)
    warnings += program.warnings
    return Bound(name: name, condition: program.condition)
  }
}

/// Where a user stands, by places in the schema's names.
struct Standing: Sendable, Equatable {
  var stage: Int
  /// nil where no band rule holds.
  var band: Int?
}
