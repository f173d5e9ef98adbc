public import KithStore
import KithSystem

extension Checkup {
  /// What is wrong with templates and campaigns: mistakes in what people write, damage in what was
  /// planned and sent, files that are neither. Cost: the size of the files.
  public func campaignFindings() -> [Finding] {
    var checker = CampaignChecker(
      files: files, storeID: storeID, courses: CampaignCourse.all(campaignEntries))
    checker.checkTemplates()
    let there = checker.list(CampaignFile.folder)
    for name in there { checker.check(campaign: name) }
    checker.checkGone(there)
    return checker.findings
  }
}

private struct CampaignChecker {
  let files: any FileSystem
  let storeID: String?
  let courses: [String: CampaignCourse]
  var findings: [Finding] = []

  mutating func checkTemplates() {
    let ending = ".mustache"
    for leaf in list("templates") where leaf.hasSuffix(ending) {
      let name = String(leaf.dropLast(ending.count))
      looking(at: "templates/" + leaf) { (files, file) throws(CampaignError) in
        try checkName(name, kind: "template")
        _ = try Template(try files.text(file), name: name)
      }
    }
  }

  /// Caps and `received()` count what was sent, so that a campaign that was begun is never gone for good.
  mutating func checkGone(_ there: [String]) {
    for (name, course) in courses.sorted(by: { $0.key < $1.key })
    where !course.begunWaves.isEmpty && !there.contains(name) {
      findings.append(
        Finding(file: CampaignFile.folder(name), problem: "it is missing", remedy: Finding.copy))
    }
  }

  mutating func check(campaign name: String) {
    let folder = CampaignFile.folder(name)
    looking(at: folder) { (_, _) throws(CampaignError) in try checkName(name, kind: "campaign") }
    looking(at: CampaignFile.definition(name)) { (files, file) throws(CampaignError) in
      _ = try Definition(try files.text(file), name: name)
    }
    checkStrays(in: folder, known: ["campaign.yaml", "outcome.json", "waves"])
    for leaf in list(CampaignFile.waves(name)) {
      guard let wave = Int(leaf), CampaignFile.wave(name, wave).hasSuffix("/" + leaf) else {
        stray(CampaignFile.waves(name) + "/" + leaf)
        continue
      }
      check(wave: wave, of: name)
    }
    // Of a wave that was begun there are always a plan and a log.
    for wave in (courses[name]?.begunWaves ?? []).sorted() {
      for file in [CampaignFile.plan(name, wave), CampaignFile.deliveries(name, wave)]
      where !has(file) {
        findings.append(Finding(file: file, problem: "it is missing", remedy: Finding.copy))
      }
    }
  }

  private mutating func check(wave: Int, of name: String) {
    checkStrays(
      in: CampaignFile.wave(name, wave),
      known: ["plan.json", "audience.arrow", "deliveries.jsonl", "deliveries.jsonl.torn"])
    // Without a plan, which is written last, the rest of a wave counts for nothing.
    var plan: PlanFile?
    if has(CampaignFile.plan(name, wave)) {
      looking(at: CampaignFile.plan(name, wave)) { (files, file) throws(CampaignError) in
        plan = try PlanFile(try files.bytes(file), file: file)
      }
    }
    if let plan { check(plan, wave: wave, of: name) }
    let deliveries = CampaignFile.deliveries(name, wave)
    guard has(deliveries) else { return }
    looking(at: deliveries) { (files, file) throws(CampaignError) in
      let history = try DeliveryHistory(try files.bytes(file), file: file)
      if !history.torn.isEmpty {
        throw .damaged(file: file, problem: "its last line was cut short and does not count")
      }
      if !history.hasHeader { throw .damaged(file: file, problem: "its first line is missing") }
    }
  }

  private mutating func check(_ plan: PlanFile, wave: Int, of name: String) {
    if let storeID, plan.storeID != storeID {
      findings.append(
        Finding(
          file: CampaignFile.plan(name, wave), problem: "it was planned in another store",
          remedy: "plan the campaign again: kith campaign plan \(name)"))
    }
    looking(at: CampaignFile.audience(name, wave)) { (files, file) throws(CampaignError) in
      let bytes = try reading { () throws(FileError) in try files.map(file) }
      guard CRC32C.of(bytes.bytes) == plan.audienceChecksum else {
        throw .damaged(file: file, problem: "it is not what the plan was made with")
      }
      guard try Audience(bytes, file: file).members.count == plan.report.matched else {
        throw .damaged(file: file, problem: "it has other users than the plan counted")
      }
    }
  }
}

extension CampaignChecker {
  /// Runs one look at a file; its error is a finding.
  private mutating func looking(
    at file: String, _ look: (any FileSystem, String) throws(CampaignError) -> Void
  ) {
    do throws(CampaignError) {
      try look(files, file)
    } catch {
      findings.append(finding(file, error))
    }
  }

  private func finding(_ file: String, _ error: CampaignError) -> Finding {
    switch error {
    case .damaged(_, let problem):
      Finding(file: file, problem: problem, remedy: Finding.copy)
    case .file(let error) where error.reason == .missing:
      Finding(file: file, problem: "it is missing", remedy: Finding.copy)
    default:
      Finding(file: file, error.diagnostic)
    }
  }

  private mutating func checkStrays(in folder: String, known: [String]) {
    for leaf in list(folder) where !known.contains(leaf) { stray(folder + "/" + leaf) }
  }

  private mutating func stray(_ file: String) {
    let isLeftover = file.hasSuffix(".new")
    findings.append(
      Finding(
        file: file,
        problem: isLeftover
          ? "a write that was cut short left it" : "it is no file of a campaign",
        remedy: isLeftover ? "remove it when nothing is being written" : "move it elsewhere"))
  }

  /// The names in a directory; none where it cannot be read, which is the store's own finding.
  func list(_ name: String) -> [String] {
    (try? files.list(name)) ?? []
  }

  private func has(_ file: String) -> Bool {
    (try? files.info(file))?.map { _ in true } ?? false
  }
}

extension FileSystem {
  fileprivate func bytes(_ file: String) throws(CampaignError) -> [UInt8] {
    try reading { () throws(FileError) in try read(file) }
  }

  fileprivate func text(_ file: String) throws(CampaignError) -> String {
    guard let text = String(validating: try bytes(file), as: UTF8.self) else {
      throw .damaged(file: file, problem: "it is not UTF-8")
    }
    return text
  }
}
