import KithSystem
import KithYAML

extension Template {
  private static let keys = [
    "channel", "subject", "defaults", "template_id", "signature",
  ]

  /// Reads a template file.
  init(_ contents: String, name: String) throws(CampaignError) {
    let file = CampaignFile.template(name)
    let unified = String(
      contents.split(separator: "\r\n", omittingEmptySubsequences: false)
        .joined(separator: "\n"))
    var lines = unified.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.first == "---", let end = lines.dropFirst().firstIndex(of: "---") else {
      let first = Excerpt(file: file, line: 1, column: 1, text: String(lines.first ?? ""))
      throw .mistake(
        problem: "the template does not begin with its channel and subject", first,
        remedy: "begin with ---, channel: email, subject: …, --- on lines of their own")
    }
    let matter = lines[1..<end].joined(separator: "\n")
    lines.removeSubrange(...end)
    let body = end + 1
    let (reader, mapping) = try YAMLReader.mapping(matter, file: file, after: 1)
    let members = try reader.members(mapping, known: Template.keys)
    guard let channelNode = members["channel"] else {
      throw reader.mistake(nil, "the template names no channel", remedy: "add channel: email")
    }
    self.name = name
    channel = try reader.text(channelNode)
    defaults = [:]
    if let node = members["defaults"] {
      for (key, value) in try reader.mapping(node) {
        defaults[try reader.text(key)] = try reader.text(value)
      }
    }
    subject = try members["subject"].map { (node) throws(CampaignError) in
      let text = try reader.text(node)
      if text.unicodeScalars.contains(where: isControl) {
        throw reader.mistake(
          node, "a line end or a control character in the subject", remedy: "write it on one line")
      }
      do throws(TemplateText.Mistake) {
        return try TemplateText(text)
      } catch {
        throw reader.mistake(node, error.problem, remedy: Template.tagHelp)
      }
    }
    if subject == nil, channel == "email" {
      throw reader.mistake(channelNode, "mail needs a subject", remedy: "add subject: …")
    }
    let split = lines.firstIndex { trimmed(String($0)) == "--- html" } ?? lines.count
    text = try Template.compile(lines[..<split], file, after: body)
    html =
      split < lines.count
      ? try Template.compile(lines[(split + 1)...], file, after: body + split + 1) : nil
  }

  private static let tagHelp =
    "write {{name}}, or {{#name}}…{{/name}} for what stands only where there is a value"

  /// Compiles some of a file's lines; `before` lines of the file come before them.
  private static func compile(
    _ lines: ArraySlice<Substring>, _ file: String, after before: Int
  ) throws(CampaignError) -> TemplateText {
    do throws(TemplateText.Mistake) {
      return try TemplateText(lines.joined(separator: "\n"))
    } catch {
      var offset = error.offset
      var line = 0
      for text in lines {
        guard offset > text.utf8.count else { break }
        offset -= text.utf8.count + 1
        line += 1
      }
      let text = line < lines.count ? lines[lines.startIndex + line] : ""
      let column = String(decoding: text.utf8.prefix(offset), as: UTF8.self).count + 1
      throw .mistake(
        problem: error.problem,
        Excerpt(
          file: file, line: before + line + 1, column: column, length: 2, text: String(text)),
        remedy: tagHelp)
    }
  }
}
