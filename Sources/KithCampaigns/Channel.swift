public import KithStore

/// One way to a person: the inbox, mail, … A channel sends what it is given and says what came of it;
/// caps, consent, logs and retries are not its business.
public protocol Channel: Sendable {
  /// Makes sure that sending can begin: connects, logs in, opens its file. Called once before the
  /// first intent is written.
  func ready() throws(CampaignError)
  /// Sends one message. Called from up to ``ChannelSetting/connections`` threads at once.
  func send(_ message: Message) -> DeliveryResult
  /// Whether the other side knows the idempotency key, so that an intent without an outcome may be
  /// sent again.
  var isIdempotent: Bool { get }
}

extension Channel {
  public func ready() throws(CampaignError) {}
}

/// A rendered message on its way to one user.
public struct Message: Sendable, Equatable {
  /// Hex SHA-256 of store, campaign, wave, step and user: the idempotency key.
  public var id: String
  public var user: String
  /// What the channel reaches the user by: a mail address, a phone number, the user id.
  public var address: String
  public var campaign: String
  /// Empty where the channel has none.
  public var subject: String
  public var text: String
  /// An HTML part, escaped; nil where the template has none.
  public var html: String?
  /// Where the user can unsubscribe; nil where kith.yaml names no address for it.
  public var unsubscribeURL: String?

  public init(
    id: String, user: String, address: String, campaign: String, subject: String, text: String,
    html: String? = nil, unsubscribeURL: String? = nil
  ) {
    self.id = id
    self.user = user
    self.address = address
    self.campaign = campaign
    self.subject = subject
    self.text = text
    self.html = html
    self.unsubscribeURL = unsubscribeURL
  }
}

/// What came of one attempt. `reason` never holds an address.
public enum DeliveryResult: Sendable, Equatable {
  case accepted
  /// The other side will not take it, now or later.
  case refused(reason: String)
  /// It did not leave, and may another time (4xx before DATA, no connection).
  case failed(reason: String)
  /// It may have arrived: the connection went after DATA. Never retried by itself.
  case unknown(reason: String)
}

/// Makes the channel of a setting; given from above, since this room knows no network.
public typealias ChannelMaker =
  @Sendable (ChannelSetting, Store) throws(CampaignError) -> any Channel
