import KithStore
import KithSystem

extension Campaigns {
  /// The gate of a campaign as settings, suppression list and logs stand now.
  func gate(
    _ name: String, _ definition: Definition, _ templates: [(name: String, text: String)],
    _ received: Received
  ) throws(CampaignError) -> Gate {
    let settings = store.settings
    var steps: [Gate.Rules.Step] = []
    for step in definition.steps {
      let setting = try setting(of: step.channel)
      let text = templates.first { $0.name == step.template }?.text ?? ""
      let template = try Template(text, name: step.template)
      guard template.channel == step.channel else {
        throw .other(
          Diagnostic(
            "the template \(step.template) is for \(template.channel), the step for \(step.channel)",
            subject: name, remedy: "name a template of the step's channel in campaign.yaml"))
      }
      steps.append(
        Gate.Rules.Step(
          channel: step.channel, address: address(of: step.channel), template: template,
          cost: setting.cost))
    }
    let now = store.outside.clock.now()
    let key = try key()
    let decisions = try asking { () throws(StoreError) in try store.decisions() }
    let rules = Gate.Rules(
      campaign: name, storeID: store.id, isMarketing: definition.isMarketing,
      holdout: definition.holdout, globalHoldout: settings.holdout, caps: settings.caps,
      quiet: settings.quiet, zone: settings.zone, requireConsent: settings.requireConsent,
      timeZoneAttribute: settings.addresses.timeZone,
      budget: budgetLeft(name, definition, received),
      nextTurn: definition.steps.count > 1
        ? now.advanced(by: definition.steps[1].afterMs)
        : definition.repeatEveryMs.map { now.advanced(by: $0) },
      steps: steps)
    return Gate(
      rules: rules, received: received,
      suppression: { decisions.suppression(hash: $0) != nil }, hash: { key.addressHash($0) })
  }

  func composer(_ name: String, _ definition: Definition, _ key: StoreKey) -> Composer {
    Composer(
      campaign: name, settings: store.settings, key: key, isMarketing: definition.isMarketing,
      zone: store.settings.zone)
  }

  /// What a channel reaches users by.
  private func address(of channel: String) -> Gate.AddressSource {
    switch channel {
    case "email": .attribute(store.settings.addresses.email, isMail: true)
    case "sms", "call": .attribute(store.settings.addresses.phone, isMail: false)
    default: .userID
    }
  }

  /// What is left of the campaign's budget and of the month's, whichever is less; nil without either.
  private func budgetLeft(
    _ name: String, _ definition: Definition, _ received: Received
  ) -> Micros? {
    let own = definition.budget.map { $0 - received.spentByCampaign[name, default: 0] }
    let today = store.settings.zone.day(of: store.outside.clock.now())
    let month = store.settings.monthlyBudget.map { $0 - received.spent(inMonthOf: today) }
    return [own, month].compactMap { $0 }.min()
  }
}
