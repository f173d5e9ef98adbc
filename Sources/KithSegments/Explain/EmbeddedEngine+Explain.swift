import KithStore
import KithSystem

extension EmbeddedEngine {
  /// The plan of a segment; with `analyzing`, run once, with what each step came to.
  ///
  /// Cost: a few hundred users for the estimates; with `analyzing`, that of the segment.
  public func plan(of segment: Segment, analyzing: Bool = false) throws(Cancelled) -> QueryPlan {
    let program = program(segment)
    let everyone = try scope.visible()
    let watch = Stopwatch()
    var step = Planner(scope, sharedBy: [program.condition]).step(program.condition)
    if case .leaf(var leaf) = step {
      leaf.share = Estimator(scope).share(leaf)
      step = .leaf(leaf)
    }
    let planned = step
    var texts = ClauseTexts(world.schema)
    texts.add(segment.source)
    let describer = PlanDescriber(scope, texts.texts)
    var root = describer.described(planned)
    var plan = QueryPlan(moment: moment.instant, users: everyone.count, root: root)
    if analyzing {
      let counters = RunCounters(root.count)
      try Workers.run(scope) { worker throws(Cancelled) in
        var next = 0
        _ = try worker.trace(planned, everyone.mask(block: worker.block), counters, &next)
      }
      var next = 0
      counters.fill(&root, &next)
      plan.root = root
      plan.nanoseconds = watch.nanoseconds
    }
    return plan
  }
}
