public import KithScreen
public import KithStore
public import KithSystem

/// The terminal interface, without a terminal: a state that hears events, asks for work and draws
/// itself.
///
/// The loop above it owns terminal, mailbox and runner: it hands every event to ``handle(_:)``, the
/// effects to an ``EffectRunner``, and shows ``frame()``. No call here waits for anything.
public struct Front: Sendable {
  private var model: Model

  /// - Throws: ``KeyError`` where kith.yaml's `keys:` cannot be.
  public init(_ setup: FrontSetup) throws(KeyError) {
    model = Model(
      storeName: setup.storeName, keys: try KeyTable(changes: setup.keys),
      readOnlyReason: setup.readOnlyReason, words: Words(language: setup.language),
      look: Look(theme: setup.theme, depth: setup.colorDepth, isASCII: !setup.isUnicodeRich),
      size: setup.size, now: setup.now)
    model.wantedInstant = setup.asOf
  }

  /// What to ask for before the first event.
  public mutating func start() -> [Effect] {
    model.start() + model.settle()
  }

  /// Takes one event; returns the work that it makes. Costs what is on the screen at most.
  public mutating func handle(_ event: FrontEvent) -> [Effect] {
    update(&model, event)
  }

  /// The present picture, of the size that the last `.resize` told, and the cursor's place.
  public func frame() -> (surface: Surface, cursor: Point?) {
    view(model, size: model.size)
  }

  /// Whether the loop ends: after `.quit` nothing more is to be shown.
  public var wantsQuit: Bool { model.wantsQuit }
}

/// What the interface is told when it opens.
public struct FrontSetup: Sendable {
  public var storeName: String
  public var language: Language
  public var theme: Theme
  public var colorDepth: ColorDepth
  /// Whether the terminal shows more than ASCII and box lines.
  public var isUnicodeRich: Bool
  /// kith.yaml's `keys:`.
  public var keys: [(action: String, key: SourceText)]
  public var readOnlyReason: ReadOnlyReason?
  /// The instant to open at; nil: the newest.
  public var asOf: Instant?
  public var size: Size
  public var now: Instant

  public init(
    storeName: String, language: Language, theme: Theme, colorDepth: ColorDepth,
    isUnicodeRich: Bool = true, keys: [(action: String, key: SourceText)] = [],
    readOnlyReason: ReadOnlyReason? = nil, asOf: Instant? = nil, size: Size, now: Instant
  ) {
    self.storeName = storeName
    self.language = language
    self.theme = theme
    self.colorDepth = colorDepth
    self.isUnicodeRich = isUnicodeRich
    self.keys = keys
    self.readOnlyReason = readOnlyReason
    self.asOf = asOf
    self.size = size
    self.now = now
  }
}
