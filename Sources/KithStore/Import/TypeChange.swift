/// A property or an attribute whose values no longer have the type that all of them had before an
/// import, so that expressions mean something else by it.
public struct TypeChange: Sendable, Equatable {
  public var column: String
  public var isAttribute: Bool
  public var old: ValueType
  public var new: ValueType
}

/// The types of the columns of a store, by which a change is found.
struct ColumnTypes {
  private var properties: [Column] = []
  private var attributes: [Column] = []

  /// Cost: the distinct values of all properties and attributes; nothing where there are none.
  init(_ store: Store, _ manifest: Manifest) {
    let own: Set = ["user", "event", "source"]
    let runs = manifest.eventRuns + manifest.userRuns
    guard runs.contains(where: { $0.ownersDictionaries.contains { !own.contains($0.name) } }),
      let snapshot = try? store.runSnapshot()
    else { return }
    (properties, attributes) = (snapshot.properties, snapshot.attributes)
  }

  /// What has changed since; columns without a value before are new, not changed.
  func changes(to later: ColumnTypes) -> [TypeChange] {
    changes(properties, later.properties, isAttribute: false)
      + changes(attributes, later.attributes, isAttribute: true)
  }

  private func changes(
    _ before: [Column], _ after: [Column], isAttribute: Bool
  ) -> [TypeChange] {
    before.compactMap { old in
      guard old.values.count > 0,
        let new = after.first(where: { $0.name.utf8.elementsEqual(old.name.utf8) }),
        new.type != old.type
      else { return nil }
      return TypeChange(
        column: old.name, isAttribute: isAttribute, old: old.type, new: new.type)
    }
  }
}
