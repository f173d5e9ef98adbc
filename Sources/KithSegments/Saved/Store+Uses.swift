public import KithStore

extension Store {
  /// The rules of kith.yaml and the saved segments whose expressions name a property or an attribute,
  /// as a person would look for them: `stage core`, `segment big-spenders`.
  ///
  /// What cannot be parsed is passed over: who asks for it is told. Cost: the size of the files.
  public func uses(ofColumn name: String) -> [String] {
    var uses: [String] = []
    func look(_ what: String, _ source: SourceText) {
      guard let tree = try? Parser.parse(source.text) else { return }
      if tree.columns.contains(ByteText(name)) { uses.append(what) }
    }
    for rule in settings.stages { look("stage \(rule.name)", rule.expression) }
    for (stage, rules) in settings.bands {
      for rule in rules { look("band \(rule.name) of \(stage)", rule.expression) }
    }
    for rule in settings.suggest { look("proposals for \(rule.name)", rule.expression) }
    for (name, source) in ((try? savedSegments()) ?? [:]).sorted(by: { $0.key < $1.key }) {
      look("segment \(name)", source)
    }
    return uses
  }
}
