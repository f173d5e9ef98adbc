import KithSystem

extension Store {
  /// Makes what is derived of each run that has none yet, in the store's own calendar, and removes
  /// what was derived of runs that are gone. Called once an import is in: what cannot be made here is
  /// made by the first who asks.
  ///
  /// Cost: two passes over the rows of runs that are new.
  func prepareDerivedState() {
    guard readOnlyReason == nil, let manifest = try? manifest() else { return }
    let live = Set(manifest.eventRuns.map(\.name))
    for name in (try? files.list("cache")) ?? [] {
      let run = name.prefix { $0 != "." }
      guard name.hasSuffix(".index") || name.hasSuffix(".days") else { continue }
      if !live.contains(String(run)) { try? files.remove("cache/" + name) }
    }
    guard let snapshot = try? snapshot() else { return }
    let system = settings.events.filter { $0.value.system }.keys.filter {
      snapshot.eventNames.code($0) != nil
    }
    let key = DayKey(zone: settings.zone, system: Array(system))
    for run in snapshot.runs {
      let makers: [@Sendable () -> Void] = [
        { _ = try? run.derived.index(of: run) }, { _ = run.derived.days(key, of: run) },
      ]
      if run.rows < 1 << 20 {
        for make in makers { make() }
      } else {
        // While one is written, the other is worked out.
        Cores.run(makers.count) { makers[$0]() }
      }
    }
  }
}
