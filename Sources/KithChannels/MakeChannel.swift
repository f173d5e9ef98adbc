public import KithCampaigns
public import KithStore
import KithSystem

/// The channel that a setting of kith.yaml describes; its kind is its name.
///
/// Nothing is opened or connected yet.
/// - Throws: ``CampaignError/channelSetting(channel:problem:_:remedy:)`` where the setting is wrong or
///   the secret that it names is missing.
public func makeChannel(
  _ setting: ChannelSetting, _ store: Store
) throws(CampaignError) -> any Channel {
  switch setting.name {
  case "inbox": return try InboxChannel(setting, store)
  case "email": return EmailChannel(try EmailSettings(setting, store))
  default:
    throw setting.mistake(
      nil, "channels of this kind cannot send yet", remedy: "use inbox or email")
  }
}

extension ChannelSetting {
  /// An error at the place where a member of the setting stands. What could hold a password is not
  /// shown.
  func mistake(_ key: String?, _ problem: String, remedy: String) -> CampaignError {
    let excerpt = key.flatMap { texts[$0] }.map { place in
      let shown = key == "url" && place.text.contains("@") ? "…" : place.text
      return Excerpt(
        file: place.file, line: place.line, column: place.column,
        length: max(1, shown.count), text: String(repeating: " ", count: place.column - 1) + shown)
    }
    return .channelSetting(channel: name, problem: problem, excerpt, remedy: remedy)
  }
}

/// The folder and the name that a path of kith.yaml means: within the store, or anywhere where it is
/// absolute.
func beneath(
  _ path: String, _ store: any FileSystem
) throws(FileError) -> (files: any FileSystem, name: String) {
  guard path.hasPrefix("/"), let slash = path.lastIndex(of: "/") else { return (store, path) }
  let folder = slash == path.startIndex ? "/" : String(path[..<slash])
  return (try DiskFileSystem(root: folder), String(path[path.index(after: slash)...]))
}
