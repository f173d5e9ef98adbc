import KithCampaigns
import KithSegments
import KithStore
import KithSystem

extension Store {
  func snapshot() throws(Diagnostic) -> any Snapshot { fatalError() }
  func importEvents(_ i: [ImportInput], _ o: ImportOptions, progress: @Sendable (ImportProgress) -> Void) throws(ImportError) -> ImportReport { fatalError() }
  func importUsers(_ i: [ImportInput], _ o: ImportOptions, progress: @Sendable (ImportProgress) -> Void) throws(ImportError) -> ImportReport { fatalError() }
  func exportEvents(spreadsheet: Bool, to: (ArraySlice<UInt8>) throws -> Void) throws { fatalError() }
  func exportUsers(spreadsheet: Bool, to: (ArraySlice<UInt8>) throws -> Void) throws { fatalError() }
}
struct UnknownMessage { var user = ""; var step = 0; var at = Instant(milliseconds: 0) }
extension Campaigns {
  func received() throws(CampaignError) -> Deliveries { Deliveries() }
  func received(user: String) throws(CampaignError) -> [ReceivedMessage] { [] }
  func create(_ draft: CampaignDraft) throws(CampaignError) -> String { fatalError() }
  func plan(_ name: String, stale: Bool) throws(CampaignError) -> PlanReport { fatalError() }
  func status(_ name: String) throws(CampaignError) -> CampaignStatus { fatalError() }
  func pause(_ name: String) throws(CampaignError) -> CampaignStatus { fatalError() }
  func cancel(_ name: String) throws(CampaignError) -> CampaignStatus { fatalError() }
  func list() throws(CampaignError) -> [CampaignStatus] { fatalError() }
  func unknown(_ name: String) throws(CampaignError) -> [UnknownMessage] { fatalError() }
  func send(_ name: String, stale: Bool, control: SendControl, channels: ChannelMaker, progress: @escaping @Sendable (CampaignStatus) -> Void) throws(CampaignError) -> CampaignStatus { fatalError() }
}
struct TI { var name="";var channel="";var subject="" }
extension Campaigns { func createTemplate(_ name: String, channel: String) throws(CampaignError) {}
func templates() throws(CampaignError) -> [TI] {[]} }
let makeChannel: ChannelMaker = { (setting: ChannelSetting, store: Store) throws(CampaignError) in fatalError() }
