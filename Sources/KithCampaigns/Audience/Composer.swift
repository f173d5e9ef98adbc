import KithSegments
import KithStore
import KithSystem

/// Puts users into templates.
struct Composer: Sendable {
  let campaign: String
  let settings: Settings
  let key: StoreKey
  let isMarketing: Bool
  let zone: Zone

  /// A user with what templates can name: attributes, and over them what the store derives.
  func candidate(_ row: UserRow, _ engine: any Engine) -> Gate.Candidate {
    let attributes = Dictionary(
      engine.attributes(of: row.id).map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    var values = attributes
    values["user"] = row.id
    values["stage"] = row.stage
    values["band"] = row.band
    values["first"] = zone.day(of: row.first).description
    values["last"] = zone.day(of: row.last).description
    values["days_30d"] = "\(row.days30d)"
    values["events"] = "\(row.events)"
    values["value"] = row.value.description
    values["source"] = row.source
    values["owner"] = row.owner
    values["campaign"] = campaign
    return Gate.Candidate(row: row, attributes: attributes, values: values)
  }

  /// The message for a user; nil where a variable is lacking or would break a header.
  func message(
    _ user: Gate.Candidate, step: Gate.Rules.Step, id: String, address: String, addressHash: String
  ) -> Message? {
    guard let rendered = step.template.render(user.values) else { return nil }
    let unsubscribeURL = settings.unsubscribeURL.map {
      $0 + key.unsubscribeToken(addressHash: addressHash)
    }
    return Message(
      id: id, user: user.row.id, address: address, campaign: campaign, subject: rendered.subject,
      text: rendered.text, html: rendered.html, unsubscribeURL: isMarketing ? unsubscribeURL : nil)
  }
}
