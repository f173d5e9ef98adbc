import KithScreen
import KithSystem

/// Changes the model by one event and says what is to be done for it.
///
/// Pure: no input, no output, no clock. No step walks over users: lists are windows and pages.
func update(_ model: inout Model, _ event: FrontEvent) -> [Effect] {
  var effects: [Effect]
  switch event {
  case .input(let input): effects = model.take(input)
  case .answer(let answer): effects = model.take(answer)
  case .clock(let now):
    model.now = now
    effects = [.checkForNews]
  }
  effects += model.settle()
  if effects.contains(.quit) { model.wantsQuit = true }
  return effects
}

extension Model {
  /// What the interface asks for when it opens.
  mutating func start() -> [Effect] {
    open(asOf: wantedInstant) + [.vocabulary]
  }

  /// Asks for an engine; the data in sight stay until it stands.
  mutating func open(asOf instant: Instant?) -> [Effect] {
    epoch += 1
    wantedInstant = instant
    isOpening = true
    return [.open(asOf: instant, epoch: epoch)]
  }

  mutating func nextTicket() -> Int {
    ticket += 1
    return ticket
  }

  mutating func say(_ text: String, _ kind: Flash.Kind = .info) {
    flash = Flash(text: text, kind: kind)
  }

  mutating func say(_ diagnostic: Diagnostic) {
    say(words(diagnostic).line, .error)
  }

  fileprivate mutating func take(_ input: InputEvent) -> [Effect] {
    switch input {
    case .resize(let size):
      self.size = size
      return []
    case .wake: return []
    case .closed, .terminate: return sending == nil ? [.quit] : [.pauseSend, .quit]
    case .mouse(let mouse): return take(mouse)
    case .paste(let text):
      if context == .line || isNaming { return edit(.paste(text)) }
      say(words(.noPaste))
      return []
    case .key, .text:
      flash = nil
      return press(input)
    }
  }

  /// Whether the reminder's name is being typed.
  var isNaming: Bool {
    if case .reminder(let reminder) = mode { return reminder.field == .name && !reminder.isPlanned }
    return false
  }

  private mutating func press(_ input: InputEvent) -> [Effect] {
    guard let chord = KeyChord(input) else { return [] }
    let isTyped = if case .text = input { true } else { false }
    if isTyped && (context == .line || isNaming) { return edit(input) }
    if let action = keys.action(chord, in: context) {
      // A line's own editing keys come first where the name is typed.
      if isNaming && [.nextChoice, .previousChoice].contains(action) { return edit(input) }
      if let reason = whyNot(action) {
        say(reason)
        return []
      }
      return perform(action)
    }
    if context == .line || isNaming { return edit(input) }
    if case .text(let text) = input { say(hint(on: chord, typed: text)) }
    return []
  }

  /// Text in key mode is no command: it is answered, and nothing else.
  private func hint(on chord: KeyChord, typed text: String) -> String {
    if Context.views.contains(context), "123456789".contains(chord.description) {
      let views = ViewName.allCases.map { "\($0.number) \(words($0.word))" }
      return words(.viewsAre, views.joined(separator: ", "))
    }
    guard text.utf8.count == 1 else { return words(.noTyping) }
    return words(.unbound, chord.description)
  }
}
