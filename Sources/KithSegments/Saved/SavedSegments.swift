public import KithStore
import KithSystem

/// The saved segments of a store: read, checked before they are kept, and never taken away from under
/// what asks for them.
public struct SavedSegments: Sendable {
  private let store: Store
  private let snapshot: any Snapshot

  public init(store: Store) throws(SavedSegmentError) {
    self.store = store
    do throws(StoreError) { snapshot = try store.snapshot() } catch { throw .store(error) }
  }

  /// All of them, by name in byte order.
  public func list() throws(SavedSegmentError) -> [SavedSegment] {
    try sources().map { SavedSegment(name: $0.key, text: $0.value.text) }
      .sorted { ByteText($0.name) < ByteText($1.name) }
  }

  /// - Throws: where there is none, with the nearest name.
  public func find(_ name: String) throws(SavedSegmentError) -> SavedSegment {
    let all = try sources()
    guard let source = all[name] else {
      throw .missing(name, nearest: nearest(name, in: Array(all.keys)))
    }
    return SavedSegment(name: name, text: source.text)
  }

  /// Keeps a segment, in the place of the one of that name.
  ///
  /// - Parameter note: what it is for; nil leaves what the file says.
  /// - Returns: what was there before.
  /// - Throws: where the expression cannot be read, where it would be in itself, and where a rule or
  ///   another segment that asks for it could no longer be read. Nothing is written then.
  @discardableResult
  public func save(
    _ name: String, _ expression: String, note: String? = nil
  ) throws(SavedSegmentError) -> SavedSegment? {
    guard isSegmentName(name) else { throw .name(name) }
    let before = try sources()
    let old = before[name].map { SavedSegment(name: name, text: $0.text) }
    var segment = SavedSegment(name: name, text: expression)
    if let note {
      segment.note = note
    } else if segment.note.isEmpty {
      segment.note = old?.note ?? ""
    }
    var after = before
    after[name] = SourceText(segment.expression)
    let schema = schema(after)
    do throws(SegmentError) {
      _ = try Binder.bind(SourceText(segment.expression), schema: schema)
      _ = try Binder.bind(SourceText("in(\(name.quotedText))"), schema: schema)
    } catch {
      throw .expression(error)
    }
    let now = self.schema(before)
    for user in users(of: before) where user.name != name && user.isWhole(now) {
      if let error = user.mistake(schema) { throw .breaks(name, user: user.words, error) }
    }
    try write(segment)
    return old
  }

  /// Takes a segment away.
  ///
  /// - Parameter others: further expressions that may ask for it, with words for each: those of campaigns.
  /// - Throws: where another segment, a rule of kith.yaml or one of `others` asks for it, naming them.
  public func delete(
    _ name: String, askedBy others: [(words: String, source: SourceText)] = []
  ) throws(SavedSegmentError) {
    let all = try sources()
    _ = try find(name)
    let users = users(of: all) + others.map { SegmentUser(words: $0.words, source: $0.source) }
    var asking: [String] = []
    for user in users where user.name != name && user.asks(for: name) {
      if !asking.contains(user.words) { asking.append(user.words) }
    }
    guard asking.isEmpty else { throw .inUse(name, by: asking) }
    do throws(StoreError) {
      try store.locked { _ throws(StoreError) in
        try store.files.reach { () throws(FileError) in
          try store.files.remove("segments/\(name).segment")
          try store.files.syncDirectory("segments")
        }
      }
    } catch {
      throw .store(error)
    }
  }

  private func sources() throws(SavedSegmentError) -> [String: SourceText] {
    do throws(StoreError) { return try store.savedSegments() } catch { throw .store(error) }
  }

  private func schema(_ segments: [String: SourceText]) -> Schema {
    Schema(snapshot: snapshot, settings: store.settings, segments: segments)
  }

  private func write(_ segment: SavedSegment) throws(SavedSegmentError) {
    do throws(StoreError) {
      try store.locked { _ throws(StoreError) in
        try store.files.reach { () throws(FileError) in
          try store.files.writeAtomically(
            "segments/\(segment.name).segment", Array(segment.text.utf8))
        }
      }
    } catch {
      throw .store(error)
    }
  }

  /// Everything that may ask for a segment.
  private func users(of segments: [String: SourceText]) -> [SegmentUser] {
    let settings = store.settings
    return settings.stages.map {
      SegmentUser(
        words: "the stage \($0.name) in kith.yaml", source: $0.expression, limits: .noStage)
    }
      + settings.bands.flatMap(\.rules).map {
        SegmentUser(
          words: "the band \($0.name) in kith.yaml", source: $0.expression, limits: .noBand)
      }
      + settings.suggest.map {
        SegmentUser(words: "suggest \($0.name) in kith.yaml", source: $0.expression)
      }
      + segments.sorted { ByteText($0.key) < ByteText($1.key) }.map {
        SegmentUser(words: "the segment \($0.key)", source: $0.value, name: $0.key)
      }
  }
}

/// An expression that may ask for segments.
private struct SegmentUser {
  var words: String
  var source: SourceText
  var limits = Binder.Limits.none
  /// Its own name, where it is a segment.
  var name: String?

  func mistake(_ schema: Schema) -> SegmentError? {
    do throws(SegmentError) {
      _ = try Binder.bind(source, schema: schema, limits: limits)
      return nil
    } catch {
      return error
    }
  }

  func isWhole(_ schema: Schema) -> Bool { mistake(schema) == nil }

  func asks(for name: String) -> Bool {
    (try? Parser.parse(source.text))?.segments.contains(ByteText(name)) ?? false
  }
}
