import KithCampaigns
import KithStore
import KithSystem
import Synchronization

/// The product's own inbox: one JSON line a message, appended to a file and synced before the message
/// counts as accepted.
///
/// The message's id is the idempotency key: what stands in the file already is not written again, so
/// an intent without an outcome may be sent once more. A line that a crash tore is cut off first.
final class InboxChannel: Channel {
  let isIdempotent = true
  private let files: any FileSystem
  private let name: String
  private let clock: any Clock
  private let state = Mutex<Inbox?>(nil)

  private struct Inbox: ~Copyable {
    let file: any WritableFile
    /// Ids of the messages in the file.
    var ids: Set<String>
    var size: Int
  }

  init(_ setting: ChannelSetting, _ store: Store) throws(CampaignError) {
    guard setting.texts["url"] == nil else {
      throw setting.mistake(
        "url", "an inbox reached by HTTP cannot be sent to yet", remedy: "use file: instead")
    }
    let path = setting.texts["file"]?.text ?? "inbox.jsonl"
    clock = store.outside.clock
    do throws(FileError) {
      (files, name) = try beneath(path, store.files)
    } catch {
      throw .file(error)
    }
  }

  func ready() throws(CampaignError) {
    do throws(FileError) {
      try state.withLock { (inbox) throws(FileError) in inbox = try open() }
    } catch {
      throw .file(error)
    }
  }

  func send(_ message: Message) -> DeliveryResult {
    state.withLock { inbox in
      do throws(FileError) {
        var current = if let open = inbox.take() { open } else { try open() }
        guard current.ids.insert(message.id).inserted else {
          inbox = consume current
          return .accepted
        }
        do throws(FileError) {
          let line = Array((entry(message).compact + "\n").utf8)
          try current.file.write(line)
          try current.file.sync()
          current.size += line.count
        } catch {
          // Part of the line may be there; the file is read again before the next message.
          try? current.file.truncate(to: current.size)
          throw error
        }
        inbox = consume current
        return .accepted
      } catch {
        return .failed(reason: error.diagnostic.what)
      }
    }
  }

  private func entry(_ message: Message) -> JSON {
    var members: [JSON.Member] = [
      .init("id", .string(message.id)), .init("user", .string(message.user)),
      .init("campaign", .string(message.campaign)),
      .init("at", .string(clock.now().rfc3339)),
    ]
    if !message.subject.isEmpty { members.append(.init("subject", .string(message.subject))) }
    members.append(.init("text", .string(message.text)))
    if let html = message.html { members.append(.init("html", .string(html))) }
    return .object(members)
  }

  private func open() throws(FileError) -> Inbox {
    let isNew = try files.info(name) == nil
    let bytes = isNew ? [] : try files.read(name)
    let whole = bytes.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let file = try files.open(name, .append)
    if whole < bytes.count { try file.truncate(to: whole) }
    if isNew {
      let folder = name.lastIndex(of: "/").map { String(name[..<$0]) } ?? ""
      try files.syncDirectory(folder)
    }
    let ids = bytes[..<whole].split(separator: 0x0A).compactMap { line in
      (try? JSON(utf8: line))?["id"]?.string
    }
    return Inbox(file: file, ids: Set(ids), size: whole)
  }
}
