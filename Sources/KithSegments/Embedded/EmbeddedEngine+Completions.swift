import KithStore
import KithSystem

/// Editing help: what can be typed next, the likeliest first.
extension EmbeddedEngine {
  /// - Parameter offset: the cursor's place in characters.
  public func completions(of text: String, at offset: Int) -> [Completion] {
    let cursor = Cursor(text, at: offset)
    let typed = folded(cursor.typed)
    let fitting = candidates(cursor).filter { !cursor.isQuoted || $0.isName }
      .map { (candidate: $0, name: folded($0.text)) }
    let starting = fitting.filter { $0.name.hasPrefix(typed) }
    let holding = fitting.filter { !$0.name.hasPrefix(typed) && $0.name.contains(typed) }
    return (starting + holding).prefix(Self.mostCompletions).map { fit in
      let text = cursor.isQuoted ? fit.candidate.text.quotedText : fit.candidate.written
      return Completion(text: text, kind: fit.candidate.kind)
    }
  }

  private static let mostCompletions = 100

  private struct Candidate {
    var text: String
    var kind: Completion.Kind
    /// Whether it may stand in quotes.
    var isName = true
    /// What is typed where no quote is open.
    var written: String
  }

  private func names(_ texts: [String], _ kind: Completion.Kind) -> [Candidate] {
    texts.map { Candidate(text: $0, kind: kind, written: $0.nameText) }
  }

  private func words(_ texts: [String], _ kind: Completion.Kind) -> [Candidate] {
    texts.map { Candidate(text: $0, kind: kind, isName: false, written: $0) }
  }

  private func candidates(_ cursor: Cursor) -> [Candidate] {
    let schema = world.schema
    switch cursor.wanted {
    case .term: return words(["not", "has"], .keyword) + measures + derived + attributes
    case .continuation: return words(["and", "or", "in", "not in"], .keyword)
    case .value(let name, let isProperty): return values(of: name, isProperty)
    case .event(let orWithin):
      return words(orWithin ? ["within"] : [], .keyword) + words(["any", "activity"], .event)
        + names(eventNames, .event)
    case .property:
      return names(["value", "source"] + schema.properties.map(\.name), .property)
    case .filter(let hasWhere): return words(hasWhere ? ["and"] : ["where"], .keyword)
    case .attribute: return attributes + derived
    case .attributeName: return quoted(schema.attributes.map(\.name), .attribute)
    case .tag: return quoted(frame.decisions.tagCounts.map(\.tag), .value)
    case .segment: return quoted(schema.segments.keys.sorted(), .segment)
    case .campaign:
      return words(["any"], .keyword) + quoted(world.deliveries.campaigns ?? [], .value)
    case .ranked: return measures + words(["value", "events", "days_30d"], .attribute) + attributes
    case .nothing: return []
    }
  }

  private func quoted(_ texts: [String], _ kind: Completion.Kind) -> [Candidate] {
    texts.map { Candidate(text: $0, kind: kind, written: $0.quotedText) }
  }

  private var measures: [Candidate] {
    MeasureName.allCases
      .map { .init(text: $0.rawValue, kind: .measure, isName: false, written: $0.rawValue + "(") }
  }

  private var derived: [Candidate] {
    words(
      [
        .stage, .band, .source, .first, .last, .events, .value, .days30d, .age, .rhythm, .owner,
        .recency, .frequency, .monetary, .alive,
      ].map { (name: DerivedName) in name.rawValue }, .attribute)
  }

  private var attributes: [Candidate] { names(world.schema.attributes.map(\.name), .attribute) }

  /// Those that the sample met first, then the others.
  private var eventNames: [String] {
    let codes = codes(.events)
    let met = Set(codes)
    let others = (0..<UInt32(world.schema.eventNames.count)).filter { !met.contains($0) }
    return (codes + others).map { world.schema.eventNames[$0] }
  }

  private func values(of name: String, _ isProperty: Bool) -> [Candidate] {
    let schema = world.schema
    switch name {
    case "stage" where !isProperty: return names(schema.stageNames, .value)
    case "band" where !isProperty: return names(schema.bandNames, .value)
    case "source": return names(codes(.sources).map { world.snapshot.sources[$0] }, .value)
    default: break
    }
    if isProperty, let index = schema.property(name) {
      return values(of: schema.properties[index], codes(.property(index)))
    }
    if !isProperty, let index = schema.attribute(name) {
      return values(of: schema.attributes[index], codes(.attribute(index)))
    }
    return []
  }

  private func values(of column: Column, _ codes: [UInt32]) -> [Candidate] {
    let texts = codes.prefix(1000).map { column.values[$0] }
    return column.type == .text ? names(texts, .value) : words(texts, .value)
  }

  private func codes(_ names: Frequencies.Names) -> [UInt32] {
    world.frequencies.codes(names, in: world.snapshot, asOf: moment.instant)
  }
}

/// Where the word under the cursor starts, in characters: what a completion replaces runs from there
/// to the cursor.
public func completionStart(of text: String, at offset: Int) -> Int {
  Cursor(text, at: offset).start
}
