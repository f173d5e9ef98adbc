import KithSystem

extension Store {
  /// Makes what is derived of each run that has none yet, in the store's own calendar, and removes
  /// what was derived of runs that are gone, and what a write that was cut short left. Called once an
  /// import is in; what cannot be made here is made by the first who asks.
  ///
  /// Cost: two passes over the rows of runs that are new.
  func prepareDerivedState() {
    guard readOnlyReason == nil, let manifest = try? manifest() else { return }
    let live = Set(manifest.eventRuns.map(\.name))
    let runs = manifest.eventRuns.sorted { $0.sequence < $1.sequence }
    let base = SnapshotUsers.base(rows: runs.map(\.rows)).map { runs[$0].source }
    for name in (try? files.list("cache")) ?? [] {
      let run = String(name.prefix { $0 != "." })
      let isMeant =
        name.hasSuffix(".places")
        ? base.map { "cache/" + name == DerivedState.placesName(run: run, base: $0) } ?? false
        : name.hasSuffix(".index") || name.hasSuffix(".days") ? true : nil
      let isLeftover = name.hasSuffix(".new")
      if isLeftover || isMeant.map({ !$0 || !live.contains(run) }) ?? false {
        try? files.remove("cache/" + name)
      }
    }
    guard let snapshot = try? snapshot() else { return }
    for run in snapshot.runs { derive(run) }
  }

  /// Makes what is derived of a run that is written and not live yet.
  func prepareDerivedState(ofFile path: String, run name: String, _ file: RunFile) {
    let source = Manifest.Run.source(name, bytes: file.bytes, file.checksums)
    let place = DerivedState.Place(files: files, run: name, source: source, isWritable: true)
    guard let mapped = try? files.map(path),
      let run = try? EventRun(mapped, name: path, derived: DerivedState(place))
    else { return }
    derive(run)
  }

  private func derive(_ run: EventRun) {
    var run = run
    run.isReadOnce = true
    derive(of: run)
  }

  private func derive(of run: EventRun) {
    let key = DayKey(
      zone: settings.zone, system: settings.events.filter { $0.value.system }.map(\.key))
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
