import KithCampaigns
import KithStore
import KithSystem
import Synchronization

/// One line on standard error that is written over, at most ten times a second.
final class ProgressLine: Sendable {
  private let context: Context
  private let lastShown = Mutex<Int64>(0)
  let isShown: Bool

  init(_ context: Context, always: Bool = false) {
    self.context = context
    isShown = context.console.errorIsTerminal || always
  }

  /// Shows `text` of the moment unless the last one is too fresh.
  func show(_ text: (Instant) -> String) {
    guard isShown, let now = turn() else { return }
    context.console.say("\r\u{1B}[K" + text(now))
  }

  /// A whole line, for programs.
  func put(_ text: (Instant) -> String) {
    guard isShown, let now = turn() else { return }
    context.console.say(text(now) + "\n")
  }

  func clear() {
    let wasShown = lastShown.withLock { $0 != 0 }
    if isShown && wasShown { context.console.say("\r\u{1B}[K") }
  }

  private func turn() -> Instant? {
    let now = context.outside.clock.now()
    let isDue = lastShown.withLock { last in
      guard now.milliseconds - last >= 100 else { return false }
      last = now.milliseconds
      return true
    }
    return isDue ? now : nil
  }
}

/// `▕█████     ▏ 52 %`, in so many cells of bar; `#` and `-` where the terminal has ASCII alone.
func bar(_ share: Double, cells: Int, ascii: Bool) -> String {
  let full = Int((Double(cells) * min(1, max(0, share))).rounded(.down))
  let (on, off) = ascii ? ("#", "-") : ("█", "░")
  return String(repeating: on, count: full) + String(repeating: off, count: cells - full)
    + " \(Int(min(1, max(0, share)) * 100)) %"
}

/// Shows how far a send is.
struct SendProgress: Sendable {
  private let line: ProgressLine

  init(_ context: Context) {
    line = ProgressLine(context)
  }

  func show(_ status: CampaignStatus) {
    line.show { _ in
      let done = status.accepted + status.refused + status.failed + status.unknown
      let share = status.treated == 0 ? 1 : Double(done) / Double(status.treated)
      return "sending \(bar(share, cells: 20, ascii: false))  "
        + "\(grouped(done)) of \(grouped(status.treated)), \(grouped(status.accepted)) accepted"
    }
  }

  func clear() {
    line.clear()
  }
}
