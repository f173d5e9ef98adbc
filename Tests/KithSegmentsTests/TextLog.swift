import KithSystem
import KithTestSupport

@testable import KithSegments
@testable import KithStore

/// A store given by lines of text, for cases: what was done, what was decided, and when it is asked.
///
///     zone Asia/Shanghai
///     as-of 2026-03-31
///     rules                      (none but the default ones)
///     yaml stages:
///     ann 2026-03-01T10:00:00Z purchase value=5 source=ads plan=pro
///     newest                     (no decision is hidden)
///     attribute ann 2026-03-01 city=Bern
///     tag core ann bob 2026-03-01
///     segment good did(purchase)
///     campaign winback
final class TextLog {
  private var log = InMemoryLog()
  private var zone = Zone.utc
  private var week = WeekStart.monday
  private var asOf: AsOf = .day(Day(number: 20_000))
  private var yaml = "format: 1\n"
  private var tags: [(tag: String, user: String, at: Instant)] = []
  private var owners: [(owner: String, user: String)] = []
  private var segments: [String: SourceText] = [:]
  private var hidesDecisions = true
  private var deliveries = Deliveries()
  /// What mistakes and warnings were told so far.
  private(set) var wordings: [Diagnostic.Wording] = []

  func add(_ line: String) {
    let words = line.split(separator: " ").map(String.init)
    switch words.first {
    case "newest": hidesDecisions = false
    case "reset": log = InMemoryLog()
    case "zone": zone = (try? Zone.named(words[1])) ?? .utc
    case "week": week = WeekStart(rawValue: words[1]) ?? .monday
    case "as-of": asOf = (try? AsOf(words[1])) ?? asOf
    case "rules": yaml = "format: 1\n"
    case "yaml": yaml += line.dropFirst(5) + "\n"
    case "tag":
      let at = InMemoryLog.instant(words[words.count - 1])
      tags += words[2..<words.count - 1].map { (words[1], $0, at) }
    case "owner": owners += words.dropFirst(2).map { (words[1], $0) }
    case "segment":
      let text = words.dropFirst(2).joined(separator: " ")
      segments[words[1]] = SourceText(text, file: "segments/\(words[1]).segment")
    case "campaign": deliveries.campaigns = (deliveries.campaigns ?? []) + [words[1]]
    case "received", "returned":
      let fact = Deliveries.Fact(campaign: words[1], at: InMemoryLog.instant(words[3]))
      if words[0] == "received" {
        deliveries.received[ByteText(words[2]), default: []].append(fact)
      } else {
        deliveries.returned[ByteText(words[2]), default: []].append(fact)
      }
    case "attribute": log.write(words[1], words[2], pairs(words.dropFirst(3)))
    default: addEvent(words)
    }
  }

  private func addEvent(_ words: [String]) {
    var properties = pairs(words.dropFirst(3))
    let value = properties.removeValue(forKey: "value")
    let source = properties.removeValue(forKey: "source") ?? ""
    log.add(words[0], words[1], words[2], value: value, source: source, properties)
  }

  /// `city=Bern`, a `+` standing for a blank.
  private func pairs(_ words: ArraySlice<String>) -> [String: String] {
    var pairs: [String: String] = [:]
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1)
      pairs[String(parts[0])] = String(parts[1].map { $0 == "+" ? " " : $0 })
    }
    return pairs
  }

  func engine() throws -> EmbeddedEngine {
    let snapshot = try log.snapshot()
    let tags = tags
    let owners = owners
    let decisionsAt: @Sendable (Instant) -> Decisions = { decisions(tags, owners, until: $0) }
    let instant =
      switch asOf {
      case .day(let day): zone.end(of: day)
      case .instant(let instant): instant
      case .local(let local): zone.instant(ofLocal: local)
      }
    return try EmbeddedEngine(
      snapshot: snapshot, decisions: decisionsAt(instant), decisionsAt: decisionsAt,
      settings: try Settings(yaml: yaml), segments: segments,
      moment: Moment(
        instant: instant, decisionsUntil: hidesDecisions ? instant : nil, zone: zone,
        weekStart: week,
        horizon: snapshot.horizon), received: deliveries)
  }

  /// What a question comes to: the users, or the error, with the warnings before.
  func answer(_ expression: String) -> String {
    do {
      let engine = try engine()
      let segment = try engine.segment(SourceText(expression))
      wordings += segment.warnings.compactMap(\.wording)
      let warnings = segment.warnings.map { "warning: " + $0.line + "\n" }.joined()
      let ids = try engine.ids(segment)
      return warnings + (ids.isEmpty ? "nobody" : ids.joined(separator: " "))
    } catch let error as SegmentError {
      wordings += [error.diagnostic.wording].compactMap(\.self)
      return error.diagnostic.text()
    } catch {
      return "\(error)"
    }
  }
}

private func decisions(
  _ tags: [(tag: String, user: String, at: Instant)], _ owners: [(owner: String, user: String)],
  until instant: Instant
) -> Decisions {
  var entries: [JournalEntry] = []
  func add(_ decision: Decision, _ at: Instant) {
    let number = entries.count + 1
    entries.append(
      JournalEntry(
        id: "memory-\(number)",
        clock: HybridTime(milliseconds: at.milliseconds, counter: UInt16(number)), at: at, by: "me",
        decision: decision))
  }
  for (tag, user, at) in tags where at <= instant {
    add(.tagAdd(tag: tag, users: .named([user])), at)
  }
  for (owner, user) in owners { add(.owner(owner, users: .named([user])), instant) }
  return (try? memoryDecisions(entries)) ?? Decisions()
}
