import KithStore
import KithSystem

/// A template as lists show it.
public struct TemplateInfo: Sendable, Equatable {
  public var name: String
  public var channel: String
  /// As it was written, with its gaps; empty where there is none.
  public var subject: String

  public init(name: String, channel: String, subject: String) {
    self.name = name
    self.channel = channel
    self.subject = subject
  }
}

extension Campaigns {
  private static let ending = ".mustache"

  /// Every template of the store that can be read, by name in byte order.
  public func templates() throws(CampaignError) -> [TemplateInfo] {
    templateNames(try reading { () throws(FileError) in try store.files.list("templates") })
      .compactMap { name in
        guard let template = try? template(name) else { return nil }
        return TemplateInfo(
          name: name, channel: template.channel, subject: template.subject?.source ?? "")
      }
  }

  /// Makes a template with a sample text in the store's language, for a person to go on with.
  /// - Throws: ``CampaignError/exists(kind:name:)`` where there is one of the name.
  public func createTemplate(_ name: String, channel: String) throws(CampaignError) {
    try checkWritable()
    try checkName(name, kind: "template")
    let file = CampaignFile.template(name)
    guard try reading({ () throws(FileError) in try store.files.info(file) }) == nil else {
      throw .exists(kind: "template", name: name)
    }
    try reading { () throws(FileError) in
      try store.files.makeDirectory("templates")
      try store.files.writeAtomically(
        file, Array(sampleTemplate(channel: channel, language: store.settings.language).utf8))
    }
  }

  /// Reads and checks one template.
  func template(_ name: String) throws(CampaignError) -> Template {
    try Template(try templateText(name), name: name)
  }

  /// A template file's contents.
  func templateText(_ name: String) throws(CampaignError) -> String {
    try checkName(name, kind: "template")
    let file = CampaignFile.template(name)
    guard try reading({ () throws(FileError) in try store.files.info(file) }) != nil else {
      let known = try reading { () throws(FileError) in try store.files.list("templates") }
      throw .missing(kind: "template", name: name, known: templateNames(known))
    }
    let bytes = try reading { () throws(FileError) in try store.files.read(file) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .damaged(file: file, problem: "it is not UTF-8")
    }
    return text
  }

  private func templateNames(_ files: [String]) -> [String] {
    files.filter { $0.hasSuffix(Self.ending) }.map { String($0.dropLast(Self.ending.count)) }
  }
}
