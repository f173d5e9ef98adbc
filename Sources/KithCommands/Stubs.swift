import ArgumentParser
import KithCampaigns
import KithSegments
import KithStore
import KithSystem

struct ImportInput {}
struct ImportOptions {}
struct ImportProgressReport { var bytesRead = 0; var bytesTotal: Int? = 0; var rows = 0 }
struct ImportReport: Sendable {
  var events = 0; var users = 0; var rejected = 0; var duplicates = 0; var run = ""
}
extension Outside { var localZoneName: String { "UTC" } }
extension Store {
  static func create(
    at: String, timeZone: String, name: String?, language: String?, outside: Outside
  ) throws(Diagnostic) -> Store { fatalError() }
  static func open(at: String, outside: Outside, readOnly: Bool) throws(Diagnostic) -> Store {
    fatalError()
  }
  static func locate(explicit: String?, from: String, outside: Outside) throws(Diagnostic) -> String
  { fatalError() }
  func decide(_ decision: Decision) throws(Diagnostic) -> JournalEntry { fatalError() }
  func userList(_ ids: [String]) throws(Diagnostic) -> UserList { fatalError() }
  func decisions(until: Instant?) throws(Diagnostic) -> Decisions { fatalError() }
  func entries() throws(Diagnostic) -> [JournalEntry] { fatalError() }
  func undo(_ entry: String?) throws(Diagnostic) -> JournalEntry { fatalError() }
  func redo() throws(Diagnostic) -> JournalEntry { fatalError() }
  func snapshot() throws(Diagnostic) -> any Snapshot { fatalError() }
  func exportEvents(spreadsheet: Bool, to: (ArraySlice<UInt8>) throws -> Void) throws {
    fatalError()
  }
  func exportUsers(spreadsheet: Bool, to: (ArraySlice<UInt8>) throws -> Void) throws {
    fatalError()
  }
}
struct Received {}
struct UnknownMessage { var user = ""; var step = 0; var at = Instant(milliseconds: 0) }
extension Campaigns {
  func received() throws(CampaignError) -> Received { fatalError() }
  func received(user: String) throws(CampaignError) -> [ReceivedMessage] { fatalError() }
  func create(_ draft: CampaignDraft) throws(CampaignError) -> String { fatalError() }
  func plan(_ name: String, stale: Bool) throws(CampaignError) -> PlanReport { fatalError() }
  func status(_ name: String) throws(CampaignError) -> CampaignStatus { fatalError() }
  func pause(_ name: String) throws(CampaignError) -> CampaignStatus { fatalError() }
  func cancel(_ name: String) throws(CampaignError) -> CampaignStatus { fatalError() }
  func list() throws(CampaignError) -> [CampaignStatus] { fatalError() }
  func unknown(_ name: String) throws(CampaignError) -> [UnknownMessage] { fatalError() }
  func send(
    _ name: String, stale: Bool, control: SendControl, channels: ChannelMaker,
    progress: @escaping @Sendable (CampaignStatus) -> Void
  ) throws(CampaignError) -> CampaignStatus { fatalError() }
}
let makeChannel: ChannelMaker = { (setting: ChannelSetting, store: Store) throws(CampaignError) in
  fatalError()
}
func EmbeddedEngine(
  snapshot: any Snapshot, decisions: Decisions, settings: Settings, segments: [String: SourceText],
  moment: Moment, received: Received
) throws -> any Engine { fatalError() }
func openInterface(store: StoreOptions, reading: ReadingOptions, _ context: Context) throws {}
struct TemplateCommand: Command { func run(_ context: Context) throws {} }
struct ThemeCommand: Command { func run(_ context: Context) throws {} }
struct DemoCommand: Command {
  static let configuration = CommandConfiguration(commandName: "demo");
  func run(_ context: Context) throws {}
}
extension ImportCommand {
  func take(_ store: Store, _ fields: [(String, String)], _ progress: ImportProgress)
    throws -> ImportReport
  { ImportReport() }
}
