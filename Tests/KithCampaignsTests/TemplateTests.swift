import KithSystem
import KithTestSupport
import Testing

@testable import KithCampaigns

struct TemplateTests {
  private func template(_ body: String, matter: String = "channel: email\nsubject: Hi\n") throws
    -> Template
  {
    try Template("---\n\(matter)---\n\(body)", name: "x")
  }

  @Test(arguments: [
    ("Hello {{name}}!", ["name": "Ann"], "Hello Ann!"),
    ("Hello {{ name }}!", ["name": "<b>"], "Hello <b>!"),
    ("{{姓名}}，您好", ["姓名": "小茶"], "小茶，您好"),
    ("{{first name}}", ["first name": "Ann"], "Ann"),
    ("a{{#city}} in {{city}}{{/city}}b", ["city": "Rome"], "a in Romeb"),
    ("a{{#city}} in {{city}}{{/city}}b", [:], "ab"),
    ("{{^vip}}join{{/vip}}{{#vip}}thanks{{/vip}}", ["vip": "false"], "join"),
    ("{{^vip}}join{{/vip}}{{#vip}}thanks{{/vip}}", ["vip": "yes"], "thanks"),
    ("{{! a note }}text", [:], "text"),
    ("{{name}}", ["name": "{{evil}} {{{x}}}"], "{{evil}} {{{x}}}"),
    ("one { and two } braces", [:], "one { and two } braces"),
    ("line\n{{#a}}\nin\n{{/a}}\nend\n", ["a": "1"], "line\nin\nend\n"),
  ])
  func `a text takes its values as they are`(
    body: String, values: [String: String], text: String
  ) throws {
    #expect(try template(body).render(values)?.text == text)
  }

  @Test func `HTML takes its values escaped, even under combining marks`() throws {
    let read = try template("plain {{name}}\n--- html\n<p title=\"{{name}}\">{{name}}</p>\n")
    let hostile = "<i>\"'&\u{22}\u{301}<\u{301}"
    let rendered = try #require(read.render(["name": hostile]))
    #expect(rendered.text == "plain \(hostile)")
    let escaped = "&lt;i&gt;&quot;&#39;&amp;&quot;\u{301}&lt;\u{301}"
    #expect(
      rendered.html.map { Array($0.utf8) } == Array("<p title=\"\(escaped)\">\(escaped)</p>\n".utf8)
    )
  }

  @Test func `a variable without value and default is lacking, unless its section is out`() throws {
    #expect(try template("{{a}}{{b}}").lacking(["a": "1"]) == "b")
    #expect(try template("{{a}}").lacking(["a": ""]) == "a")
    #expect(try template("{{#a}}{{b}}{{/a}}").lacking([:]) == nil)
    #expect(try template("{{#a}}{{b}}{{/a}}").lacking(["a": "1"]) == "b")
    #expect(try template("{{a}}").render([:]) == nil)
    let defaults = "channel: email\nsubject: \"{{name}}\"\ndefaults: { name: friend }\n"
    #expect(try template("x", matter: defaults).render([:])?.subject == "friend")
    #expect(try template("x", matter: defaults).render(["name": "Ann"])?.subject == "Ann")
  }

  @Test(arguments: ["Ann\r\nBcc: eve@example.org", "Ann\n", "\u{0}", "a\u{2028}b", "\u{1B}[31m"])
  func `a value that would break a header leaves the person out`(name: String) throws {
    let read = try template("x", matter: "channel: email\nsubject: Hi {{name}}\n")
    #expect(read.render(["name": name]) == nil)
  }

  @Test(arguments: [
    ("unescaped", "channel: email\nsubject: Hi\n", "one\nHello {{{name}}}"),
    ("ampersand", "channel: email\nsubject: Hi\n", "Hello {{&name}}"),
    ("partial", "channel: email\nsubject: Hi\n", "Hello\n\n  {{> footer}}"),
    ("delimiters", "channel: email\nsubject: Hi\n", "{{=<% %>=}}"),
    ("pragma", "channel: email\nsubject: Hi\n", "{{% CONTENT_TYPE:TEXT}}"),
    ("function", "channel: email\nsubject: Hi\n", "{{upper(name)}}"),
    ("open-tag", "channel: email\nsubject: Hi\n", "Hello {{name"),
    ("open-section", "channel: email\nsubject: Hi\n", "{{#name}}Hello"),
    ("crossed-sections", "channel: email\nsubject: Hi\n", "{{#a}}{{#b}}{{/a}}{{/b}}"),
    ("html-unescaped", "channel: email\nsubject: Hi\n", "text\n--- html\n<p>{{{name}}}</p>"),
    ("subject-lines", "channel: email\nsubject: \"Hi\\nBcc: x\"\n", "text"),
    ("subject-tag", "channel: email\nsubject: \"Hi {{{name}}}\"\n", "text"),
    ("no-channel", "subject: Hi\n", "text"),
    ("no-subject", "channel: email\n", "text"),
    ("unknown-key", "channel: email\nsubjct: Hi\n", "text"),
    ("twice", "channel: email\nchannel: inbox\n", "text"),
  ])
  func `a mistake is shown at its place`(name: String, matter: String, body: String) {
    do {
      _ = try template(body, matter: matter)
      Issue.record("\(name) was taken")
    } catch let error as CampaignError {
      expectSnapshot(error.diagnostic.text(), "template-\(name)")
    } catch {
      Issue.record(error)
    }
  }

  @Test(arguments: ["en", "zh-Hans"], ["email", "inbox"])
  func `the sample works as it stands`(language: String, channel: String) throws {
    let read = try Template(sampleTemplate(channel: channel, language: language), name: "x")
    #expect(read.channel == channel)
    let rendered = try #require(read.render([:]))
    #expect(rendered.text.contains("friend") == (language == "en"))
    #expect(rendered.text.contains("朋友") == (language == "zh-Hans"))
  }
}
