import KithStore
import KithSystem

extension Campaigns {
  /// Refuses to write where a file of the campaign is of a format that this version does not know. What is
  /// damaged is told by whoever reads it.
  func checkFormats(_ name: String) throws(CampaignError) {
    let files = store.files
    try refusingLater { () throws(CampaignError) in _ = try definition(name) }
    for leaf in try reading({ () throws(FileError) in try files.list(CampaignFile.waves(name)) }) {
      guard let wave = Int(leaf) else { continue }
      try refusingLater { () throws(CampaignError) in _ = try plan(name, wave) }
      let audience = CampaignFile.audience(name, wave)
      try refusingLater { () throws(CampaignError) in
        let mapped = try reading { () throws(FileError) in try files.map(audience) }
        _ = try Audience(mapped, file: audience)
      }
      // The first line has the format; a log may be long.
      let log = CampaignFile.deliveries(name, wave)
      try refusingLater { () throws(CampaignError) in
        let mapped = try reading { () throws(FileError) in try files.map(log) }
        let first = withExtendedLifetime(mapped) { Array(mapped.bytes.prefix { $0 != 0x0A }) }
        _ = try DeliveryHistory(first + [0x0A], file: log)
      }
    }
  }

  private func refusingLater(
    _ look: () throws(CampaignError) -> Void
  ) throws(CampaignError) {
    do throws(CampaignError) {
      try look()
    } catch {
      if case .laterFormat = error { throw error }
    }
  }
}
