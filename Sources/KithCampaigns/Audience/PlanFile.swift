import KithStore
public import KithSystem

/// `waves/<n>/plan.json`: what was frozen, beside the audience. It is written last, so that a plan that
/// was cut short is none.
struct PlanFile: Sendable {
  var report: PlanReport
  var plannedAt: Instant
  var asOf: Instant
  /// The time of the latest event that was known.
  var horizon: Instant?
  /// The writer that may send it.
  var writer: String
  var storeID: String
  /// campaign.yaml and the templates as they were.
  var definition: String
  var templates: [(name: String, text: String)]
  var audienceChecksum: UInt32

  static let format = 1

  var bytes: [UInt8] {
    var members: [JSON.Member] = [
      .init("format", .int(PlanFile.format)), .init("store", .string(storeID)),
      .init("writer", .string(writer)), .init("planned_at", .string(plannedAt.rfc3339)),
      .init("as_of", .string(asOf.rfc3339)),
      .init("data_until", horizon.map { .string($0.rfc3339) } ?? .null),
    ]
    members += report.json.members ?? []
    members += [
      .init("audience_crc", .string(hex(UInt64(audienceChecksum), width: 8))),
      .init("definition", .string(definition)),
      .init("templates", .object(templates.map { .init($0.name, .string($0.text)) })),
    ]
    members.append(.init("crc", .string(PlanFile.checksum(members))))
    return Array(JSON.object(members).pretty.utf8)
  }

  /// CRC-32C of the members without blanks, but for those that change when a person is erased.
  private static func checksum(_ members: [JSON.Member]) -> String {
    let fixed = members.filter { !["audience_crc", "crc"].contains($0.name) }
    return hex(UInt64(CRC32C.of(Array(JSON.object(fixed).compact.utf8))), width: 8)
  }

  init(
    report: PlanReport, plannedAt: Instant, asOf: Instant, horizon: Instant?, writer: String,
    storeID: String, definition: String, templates: [(name: String, text: String)],
    audienceChecksum: UInt32
  ) {
    self.report = report
    self.plannedAt = plannedAt
    self.asOf = asOf
    self.horizon = horizon
    self.writer = writer
    self.storeID = storeID
    self.definition = definition
    self.templates = templates
    self.audienceChecksum = audienceChecksum
  }

  init(_ bytes: [UInt8], file: String) throws(CampaignError) {
    let damaged = CampaignError.damaged(file: file, problem: "it is not what plan writes")
    guard let value = try? JSON(utf8: bytes[...]), let format = value["format"]?.int else {
      throw damaged
    }
    guard format <= PlanFile.format else { throw .laterFormat(file: file, format: "\(format)") }
    if let crc = value["crc"]?.string, crc != PlanFile.checksum(value.members ?? []) {
      throw damaged
    }
    guard let storeID = value["store"]?.string, let writer = value["writer"]?.string,
      let plannedAt = value["planned_at"]?.string.flatMap(Instant.init(rfc3339:)),
      let asOf = value["as_of"]?.string.flatMap(Instant.init(rfc3339:)),
      let crc = value["audience_crc"]?.string.flatMap({ UInt32($0, radix: 16) }),
      let definition = value["definition"]?.string,
      let templates = value["templates"]?.members, let report = PlanReport(value)
    else { throw damaged }
    self.init(
      report: report, plannedAt: plannedAt, asOf: asOf,
      horizon: value["data_until"]?.string.flatMap(Instant.init(rfc3339:)), writer: writer,
      storeID: storeID, definition: definition,
      templates: templates.map { ($0.name, $0.value.string ?? "") }, audienceChecksum: crc)
  }
}

extension PlanReport {
  /// What `campaign plan --json` prints.
  public var json: JSON {
    .object([
      .init("campaign", .string(campaign)), .init("wave", .int(wave)),
      .init("matched", .int(matched)), .init("treated", .int(treated)),
      .init("held_out", .int(heldOut)),
      .init("excluded", .object(excluded.map { .init($0.reason.rawValue, .int($0.users)) })),
      .init("waiting", .int(waiting)),
      .init("cost", .string(Exact(micros: cost).description)),
      .init("budget_left", budgetLeft.map { .string(Exact(micros: $0).description) } ?? .null),
    ])
  }

  /// Reads the members that ``json`` writes; the preview is not kept.
  init?(_ value: JSON) {
    func micros(_ name: String) -> Micros? {
      value[name]?.string.flatMap { Exact($0) }
        .flatMap { Micros(exactly: $0.units / 1_000_000_000_000) }
    }
    guard let campaign = value["campaign"]?.string, let wave = value["wave"]?.int,
      let matched = value["matched"]?.int, let treated = value["treated"]?.int,
      let heldOut = value["held_out"]?.int, let excluded = value["excluded"]?.members,
      let waiting = value["waiting"]?.int, let cost = micros("cost")
    else { return nil }
    self.init(
      campaign: campaign, wave: wave, matched: matched, treated: treated, heldOut: heldOut,
      excluded: excluded.compactMap { member in
        guard let reason = ExclusionReason(rawValue: member.name), let users = member.value.int
        else { return nil }
        return Exclusion(reason: reason, users: users)
      },
      waiting: waiting, cost: cost, budgetLeft: micros("budget_left"), preview: nil)
  }
}
