import KithScreen
import KithStore
import KithSystem
import Synchronization

@testable import KithFront

/// A person at the interface: presses keys and sees pictures. Effects are done at once, in order, or
/// kept back where `holds` says so.
struct Driver {
  var model: Model
  let source: FakeSource
  private let runner: EffectRunner
  /// Effects that were asked for, all of them.
  private(set) var asked: [Effect] = []
  private(set) var held: [Effect] = []
  var holds: (Effect) -> Bool = { _ in false }

  init(
    _ source: FakeSource = FakeSource(), size: Size = Size(width: 80, height: 24),
    language: Language = .english, depth: ColorDepth = .sixteen, isASCII: Bool = false,
    isOpened: Bool = true
  ) throws {
    self.source = source
    runner = EffectRunner(source: source) { _ in }
    model = Model(
      storeName: source.storeName, keys: try KeyTable(), readOnlyReason: source.readOnlyReason,
      words: Words(language: language),
      look: Look(theme: .plain, depth: depth, isASCII: isASCII), size: size, now: FakeSource.now)
    if isOpened { take(model.start()) }
  }

  mutating func take(_ effects: [Effect]) {
    asked += effects
    for effect in effects {
      if holds(effect) { held.append(effect) } else { answer(effect) }
    }
  }

  mutating func answer(_ effect: Effect) {
    guard let answer = runner.answer(effect) else { return }
    take(update(&model, .answer(answer)))
  }

  /// Answers what was kept back, in the order of `places`.
  mutating func release(_ places: [Int]? = nil) {
    let effects = (places ?? Array(held.indices)).map { held[$0] }
    held = []
    for effect in effects { answer(effect) }
  }

  mutating func input(_ event: InputEvent) { take(update(&model, .input(event))) }

  /// Keys by name, parted by blanks.
  mutating func press(_ keys: String) {
    for key in keys.split(separator: " ") { input(Driver.event(String(key))) }
  }

  mutating func type(_ text: String) {
    for character in text { input(.text(String(character))) }
  }

  mutating func resize(_ width: Int, _ height: Int) {
    input(.resize(Size(width: width, height: height)))
  }

  var text: String { view(model, size: model.size).surface.text }

  /// The picture at each of the sizes, the model being told of each.
  func pictures(_ sizes: [Size] = Driver.sizes) -> String {
    sizes.map { size in
      var driver = self
      driver.input(.resize(size))
      return "== \(size.width)x\(size.height)\n" + driver.text
    }.joined(separator: "\n")
  }

  static let sizes = [(20, 6), (40, 12), (80, 24), (120, 40), (200, 60)].map {
    Size(width: $0.0, height: $0.1)
  }

  static func event(_ name: String) -> InputEvent {
    let keys: [String: Key] = [
      "up": .up, "down": .down, "left": .left, "right": .right, "home": .home, "end": .end,
      "pgup": .pageUp, "pgdn": .pageDown, "enter": .enter, "esc": .escape, "tab": .tab,
      "shift-tab": .backTab, "backspace": .backspace, "delete": .delete,
    ]
    if let key = keys[name] { return .key(key, []) }
    if name.hasPrefix("ctrl-"), let last = name.last { return .key(.control(last), .control) }
    return .text(name == "space" ? " " : name)
  }
}
