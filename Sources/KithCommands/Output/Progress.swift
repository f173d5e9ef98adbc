import KithCampaigns
import KithStore
import KithSystem
import Synchronization

/// One line on standard error that is written over, at most ten times a second.
final class ProgressLine: Sendable {
  private let console: Console
  private let throttle: Throttle
  let isShown: Bool

  init(_ context: Context, always: Bool = false) {
    console = context.console
    throttle = Throttle(clock: context.outside.clock)
    isShown = context.console.errorIsTerminal || always
  }

  /// Shows `text` of the moment unless the last one is too fresh.
  func show(_ text: (Instant) -> String) {
    guard isShown, let now = throttle.isDue() else { return }
    console.say("\r\u{1B}[K" + text(now))
  }

  /// A whole line, for programs.
  func put(_ text: (Instant) -> String) {
    guard isShown, let now = throttle.isDue() else { return }
    console.say(text(now) + "\n")
  }

  func clear() {
    if isShown && throttle.wasDue { console.say("\r\u{1B}[K") }
  }

}

/// Lets something happen at most ten times a second.
final class Throttle: Sendable {
  private let clock: any Clock
  private let last = Mutex<Int64?>(nil)

  init(clock: any Clock) {
    self.clock = clock
  }

  /// Whether it was due at all yet.
  var wasDue: Bool { last.withLock { $0 != nil } }

  /// The present moment where it may happen; it counts as done then.
  func isDue() -> Instant? {
    let now = clock.now()
    return last.withLock { last in
      if let last, abs(now.milliseconds - last) < 100 { return nil }
      last = now.milliseconds
      return now
    }
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
