public import KithSegments
public import KithSystem

/// What `stages --json` prints: every stage in rule order, zeros included.
public func stagesJSON(of engine: any Engine) throws(Cancelled) -> JSON {
  var stages: [JSON] = []
  for count in try engine.stages() {
    let bands = count.bands.map { band in
      JSON.object([
        .init("band", band.name.map { .string($0) } ?? .null), .init("users", .int(band.users)),
      ])
    }
    stages.append(
      .object([
        .init("stage", .string(count.stage)), .init("users", .int(count.users)),
        .init("bands", .array(bands)),
      ]))
  }
  return .object([
    .init("as_of", .string(engine.moment.instant.rfc3339)),
    .init("users", .int(engine.totals.users)), .init("stages", .array(stages)),
  ])
}
