public import KithSegments
import KithStore
import KithSystem

extension Campaigns {
  /// Writes `campaigns/<name>/campaign.yaml`.
  ///
  /// The template and the channel have to be there; with an engine the audience is checked as well.
  /// - Returns: the campaign's name.
  @discardableResult
  public func create(
    _ draft: CampaignDraft, engine: (any Engine)? = nil
  ) throws(CampaignError) -> String {
    let file = try newFile(draft.name)
    _ = try template(draft.template)
    _ = try setting(of: draft.channel)
    let text = draft.yaml
    // What is written is what would be read.
    let definition = try Definition(text, name: draft.name)
    if let engine { _ = try segment(SourceText(draft.audience), engine) }
    guard definition.audience.text == draft.audience else {
      throw .other(
        Diagnostic("the audience cannot be written into campaign.yaml", subject: draft.name))
    }
    try reading { () throws(FileError) in
      try store.files.makeDirectory(CampaignFile.folder(draft.name))
      try store.files.writeAtomically(file, Array(text.utf8))
      try store.files.syncDirectory(CampaignFile.folder)
    }
    try record(.made, draft.name, wave: nil)
    return draft.name
  }

  /// Whether ``create(_:engine:)`` and ``plan(_:engine:stale:)`` would take a draft now: what either refuses
  /// is thrown, and nothing is written.
  /// Cost: that of a plan.
  public func check(_ draft: CampaignDraft, engine: any Engine) throws(CampaignError) {
    _ = try newFile(draft.name)
    try checkComplete()
    try checkAge(engine, stale: false)
    _ = try preview(draft, engine: engine)
  }

  /// The file of a campaign that is not there yet.
  private func newFile(_ name: String) throws(CampaignError) -> String {
    try checkWritable()
    try checkName(name, kind: "campaign")
    let file = CampaignFile.definition(name)
    guard try reading({ () throws(FileError) in try store.files.info(file) }) == nil else {
      throw .exists(kind: "campaign", name: name)
    }
    // Waves may be there without it.
    try checkFormats(name)
    return file
  }

  /// campaign.yaml as it stands, read and checked.
  func definition(_ name: String) throws(CampaignError) -> (text: String, Definition) {
    try checkName(name, kind: "campaign")
    let file = CampaignFile.definition(name)
    guard try reading({ () throws(FileError) in try store.files.info(file) }) != nil else {
      throw .missing(kind: "campaign", name: name, known: try names())
    }
    let bytes = try reading { () throws(FileError) in try store.files.read(file) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .damaged(file: file, problem: "it is not UTF-8")
    }
    return (text, try Definition(text, name: name))
  }

  /// The names of all campaigns, in byte order.
  func names() throws(CampaignError) -> [String] {
    try reading { () throws(FileError) in
      var names: [String] = []
      for name in try store.files.list(CampaignFile.folder)
      where try store.files.info(CampaignFile.definition(name)) != nil {
        names.append(name)
      }
      return names
    }
  }

  func setting(of channel: String) throws(CampaignError) -> ChannelSetting {
    guard let setting = store.settings.channels.first(where: { $0.name == channel }) else {
      throw .noChannel(name: channel, known: store.settings.channels.map(\.name))
    }
    return setting
  }

  /// An expression of a campaign: a name that no import has brought is an error here, a tag or
  /// a campaign that is yet to come is not.
  func segment(
    _ source: SourceText, _ engine: any Engine
  ) throws(CampaignError) -> Segment {
    do throws(SegmentError) {
      let segment = try engine.segment(source)
      if let unseen = segment.unseen.first { throw SegmentError(diagnostic: unseen) }
      return segment
    } catch {
      throw .expression(error.diagnostic)
    }
  }
}
