public import KithStore
public import KithSystem

/// How many users stand in a stage, and in each of its bands: every band with a rule, zeros included,
/// in rule order.
public struct StageCount: Sendable, Equatable {
  public struct Band: Sendable, Equatable {
    /// nil: users of the stage for whom no band rule holds.
    public var name: String?
    public var users: Int

    public init(name: String?, users: Int) {
      self.name = name
      self.users = users
    }
  }
  public var stage: String
  public var users: Int
  public var bands: [Band]

  public init(stage: String, users: Int, bands: [Band]) {
    self.stage = stage
    self.users = users
    self.bands = bands
  }
}

/// One event of a user, as it was imported.
public struct TimelineEntry: Sendable, Equatable {
  public var time: Instant
  public var event: String
  public var value: Micros?
  public var source: String?
  /// Properties that are present, in byte order of names.
  public var properties: [Property]

  public struct Property: Sendable, Equatable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  public init(
    time: Instant, event: String, value: Micros?, source: String?, properties: [Property]
  ) {
    self.time = time
    self.event = event
    self.value = value
    self.source = source
    self.properties = properties
  }
}

/// A word that can be typed at the cursor.
public struct Completion: Sendable, Equatable {
  public enum Kind: Sendable { case keyword, measure, event, property, attribute, value, segment }
  /// The text that replaces the word under the cursor.
  public var text: String
  public var kind: Kind

  public init(text: String, kind: Kind) {
    self.text = text
    self.kind = kind
  }
}
