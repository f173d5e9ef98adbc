import KithCampaigns
import KithSegments
import KithStore
import KithSystem

struct ImportProgressReport { var bytesRead = 0; var bytesTotal: Int? = 0; var rows = 0 }
struct ImportReport: Sendable { var events = 0; var users = 0; var rejected = 0; var duplicates = 0; var run = "" }
extension Store {
  func snapshot() throws(Diagnostic) -> any Snapshot { fatalError() }
  func exportEvents(spreadsheet: Bool, to: (ArraySlice<UInt8>) throws -> Void) throws { fatalError() }
  func exportUsers(spreadsheet: Bool, to: (ArraySlice<UInt8>) throws -> Void) throws { fatalError() }
}
struct UnknownMessage { var user = ""; var step = 0; var at = Instant(milliseconds: 0) }
extension Campaigns {
  func received() throws(CampaignError) -> Int { fatalError() }
  func received(user: String) throws(CampaignError) -> [ReceivedMessage] { fatalError() }
  func create(_ draft: CampaignDraft) throws(CampaignError) -> String { fatalError() }
  func plan(_ name: String, stale: Bool) throws(CampaignError) -> PlanReport { fatalError() }
  func status(_ name: String) throws(CampaignError) -> CampaignStatus { fatalError() }
  func pause(_ name: String) throws(CampaignError) -> CampaignStatus { fatalError() }
  func cancel(_ name: String) throws(CampaignError) -> CampaignStatus { fatalError() }
  func list() throws(CampaignError) -> [CampaignStatus] { fatalError() }
  func unknown(_ name: String) throws(CampaignError) -> [UnknownMessage] { fatalError() }
  func send(_ name: String, stale: Bool, control: SendControl, channels: ChannelMaker, progress: @escaping @Sendable (CampaignStatus) -> Void) throws(CampaignError) -> CampaignStatus { fatalError() }
}
func EmbeddedEngine(snapshot: any Snapshot, decisions: Decisions, settings: Settings, segments: [String: SourceText], moment: Moment, received: Int) throws -> any Engine { fatalError() }
extension ImportCommand { func take(_ store: Store, _ fields: [(String,String)], _ progress: ImportProgress) throws -> ImportReport { ImportReport() } }
