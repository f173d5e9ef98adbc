/// What a terminal says.
public enum InputEvent: Hashable, Sendable {
  /// A key that is no text, with what was held beside it.
  case key(Key, Modifiers)
  /// One grapheme cluster that was typed; an input method's words come one cluster at a time.
  case text(String)
  /// Pasted text as it came, with its control characters; terminals send newlines as returns (CR).
  case paste(String)
  case mouse(Mouse)
  case resize(Size)
  /// A mailbox was posted to.
  case wake
  /// A signal asks the process to end.
  case terminate(signal: Int32)
  /// The terminal went away.
  case closed
}

/// A key that is no text. `ctrl-i`, `ctrl-m` and `ctrl-[` are tab, enter and escape: a terminal sends
/// the same bytes.
public enum Key: Hashable, Sendable {
  case up, down, left, right, home, end, pageUp, pageDown
  case enter, escape, tab, backTab, backspace, delete, insert
  case function(Int)
  /// A letter, lower case, or one of `\ ] ^ _` and the blank, with ctrl.
  case control(Character)
  /// A character with alt.
  case alt(Character)
}

/// Keys that were held down with another.
public struct Modifiers: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  public static let shift = Modifiers(rawValue: 1)
  public static let alt = Modifiers(rawValue: 2)
  public static let control = Modifiers(rawValue: 4)
}

/// One thing that the mouse did.
public struct Mouse: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case press, release, wheelUp, wheelDown
  }

  public enum Button: Hashable, Sendable {
    case left, middle, right, none
  }

  public var kind: Kind
  public var button: Button
  public var at: Point
  public var modifiers: Modifiers

  public init(kind: Kind, button: Button = .none, at: Point, modifiers: Modifiers = []) {
    self.kind = kind
    self.button = button
    self.at = at
    self.modifiers = modifiers
  }
}
