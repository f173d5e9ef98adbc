import KithSystem

/// The file that `init` writes: every key with its default, and a word on each. The defaults of an
/// absent key are read from it too, so that there is one place that says them.
func settingsTemplate(name: String, language: String?, zone: String) -> String {
  """
  # The settings of this store. Every key may be left out; what is written here are the defaults.
  # A mistake stops kith with the line it is on.

  format: 1
  name: \(JSON.string(name).compact)
  \(language.map { "language: \($0)" } ?? "# language: zh-Hans          # zh-Hans or en; else from LANG")
  time_zone: \(zone)
  week_start: monday            # or sunday
  max_data_age: 36h             # planning and sending refuse data that is older

  # Stages of a user: the first rule that holds; everyone else is effective.
  stages:
    junk: tag("junk") or tag("staff")
    core: tag("core")
    active: days(activity, 7d) >= 1 and days(activity, 28d) >= 2

  # Bands inside a stage, likewise.
  bands:
    core:
      at-risk: since(activity) > 7d
      steady: true
    active:
      resurrected: resurrected(30d, 7d)
      daily: days(activity, 7d) >= 5
      weekly: true
    effective:
      new: age < 7d
      tried: days(activity) <= 1
      cooling: since(activity) < 28d
      dormant: since(activity) < 84d
      lost: true

  # Who is proposed for a stage that people are put into by hand.
  suggest:
    core: top(1%, days(activity, 84d)) and days(activity, 84d) >= 6 and age >= 28d
    junk: days(any) = 1 and count(any) > 500

  # Events that the system did are not the user's own activity.
  events: {}
  #   push_received: { system: true, label: push }

  # Names to show in the place of events, bands and tags.
  labels: {}

  # What `kith run` imports first.
  feeds: []
  #   - { file: /srv/exports/events-*.csv, overlap: true }

  # How exports are read whose headers do not say it: kith import FILE --recipe shop.
  recipes: {}
  #   shop: { map: { user: buyer, time: paid_at, event: action }, encoding: gb18030, overlap: true }

  # The event and the unit of time that purchases are forecast by.
  forecast: { event: purchase, unit: 7d }

  # The attributes that hold a user's addresses.
  addresses: { email: email, phone: phone, time_zone: time_zone }
  require_consent: false        # true: only who said yes (consent_email, consent_sms, …)

  # Marketing messages a user may get, in rolling windows; all that apply must hold.
  caps:
    - { messages: 1, in: 1d }
    - { messages: 2, in: 7d }
    - { channel: sms, messages: 1, in: 7d }
    - { channel: call, messages: 1, in: 90d }
  # Hours of the user's own day without marketing; a reminder waits until they are over.
  # quiet: { from: "21:00", to: "09:00" }
  holdout: 0%                   # kept from every campaign, to compare with
  # budget: { month: 5000.00 }
  # unsubscribe_url: https://example.org/u/

  # The ways to a person. Passwords stand in variables named KITH_… or in a file of mode 0600.
  channels:
    inbox: { file: inbox.jsonl }
  #   email:
  #     url: smtp://127.0.0.1:2525
  #     from: Shop <shop@example.org>
  #     tls: starttls           # starttls, smtps, or none (to this machine alone)
  #     user: shop
  #     password_env: KITH_SMTP_PASSWORD
  #     rate: 20/s
  #     connections: 4
  #     timeout: 30s
  #     cost: 0.002

  # Keys of the interface, by action.
  keys: {}
  # theme: paper

  """
}
