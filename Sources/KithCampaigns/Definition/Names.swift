import KithSystem

/// Names of campaigns and templates: 1–64 letters, digits, `_`, `-`.
func checkName(_ name: String, kind: String) throws(CampaignError) {
  let isPlain = name.unicodeScalars.allSatisfy { scalar in
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      || scalar.properties.generalCategory == .nonspacingMark || scalar == "_" || scalar == "-"
  }
  guard isPlain, (1...64).contains(name.unicodeScalars.count), name.utf8.count <= 240 else {
    throw .badName(kind: kind, name: name)
  }
}

/// Where the files of a campaign stand within the store.
enum CampaignFile {
  static let folder = "campaigns"

  static func folder(_ campaign: String) -> String { "\(folder)/\(campaign)" }
  static func definition(_ campaign: String) -> String { "\(folder)/\(campaign)/campaign.yaml" }
  static func waves(_ campaign: String) -> String { "\(folder)/\(campaign)/waves" }

  static func wave(_ campaign: String, _ wave: Int) -> String {
    "\(waves(campaign))/\(pad(Int64(wave), 4))"
  }
  static func plan(_ campaign: String, _ number: Int) -> String {
    wave(campaign, number) + "/plan.json"
  }
  static func audience(_ campaign: String, _ number: Int) -> String {
    wave(campaign, number) + "/audience.arrow"
  }
  static func deliveries(_ campaign: String, _ number: Int) -> String {
    wave(campaign, number) + "/deliveries.jsonl"
  }

  static func template(_ name: String) -> String { "templates/\(name).mustache" }
}

/// Runs calls to the file system, their errors told as ours.
func reading<Value>(
  _ body: () throws(FileError) -> Value
) throws(CampaignError) -> Value {
  do throws(FileError) {
    return try body()
  } catch {
    throw .file(error)
  }
}
