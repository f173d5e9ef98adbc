import KithSystem

/// A message with gaps: `templates/<name>.mustache`.
///
///     ---
///     channel: email
///     subject: 春茶到了，{{name}}
///     defaults: { name: friend }
///     ---
///     Hello {{name}} …
///     --- html
///     <p>Hello {{name}} …</p>
///
/// The part after `--- html` is optional. Sections (`{{#city}}…{{/city}}`, `{{^city}}…{{/city}}`) hold
/// where an attribute has a value other than `false` and `no`. Partials, `{{{`, `{{&`, other delimiters
/// and functions are refused, so that what a template can do is seen at a glance.
struct Template: Sendable {
  var name: String
  var channel: String
  var subject: TemplateText?
  var text: TemplateText
  /// Values are escaped.
  var html: TemplateText?
  var defaults: [String: String]

  /// The first variable that the values and the defaults lack.
  func lacking(_ values: [String: String]) -> String? {
    let all = values.merging(defaults) { value, _ in value }
    return [subject, text, html].lazy.compactMap { $0?.lacking(all) }.first
  }

  /// The filled-in texts; nil where a variable is lacking or a value would break the subject.
  func render(_ values: [String: String]) -> (subject: String, text: String, html: String?)? {
    guard lacking(values) == nil else { return nil }
    let all = values.merging(defaults) { value, _ in value }
    let subject = subject?.render(all, escaped: false) ?? ""
    guard !subject.unicodeScalars.contains(where: isControl) else { return nil }
    return (subject, text.render(all, escaped: false), html?.render(all, escaped: true))
  }
}
