import KithCampaigns
import KithSegments
import KithStore
import KithSystem
import Synchronization

/// Does the work that the interface asks for, off its thread, and posts what came of it.
///
/// Work goes by lanes, each in order: what a person looks at, checks of what is typed, trends,
/// decisions, the send. So a slow count never holds up a page, and nothing holds up a decision. A
/// question is cancelled by a newer one of its kind, and all that were asked of an engine by the
/// opening of another.
public final class EffectRunner: Sendable {
  private struct State: Sendable {
    var engine: (epoch: Int, engine: any Engine)?
    /// The newest question of each kind.
    var questions: [String: (task: Task<Void, Never>, isOfEngine: Bool)] = [:]
    var isPausing = false
  }

  let source: any FrontSource
  private let post: @Sendable (FrontEvent) -> Void
  private let state = Mutex(State())
  private let lanes: [Lane: LaneExecutor]

  /// `post` is called from other threads.
  public init(source: any FrontSource, post: @escaping @Sendable (FrontEvent) -> Void) {
    self.source = source
    self.post = post
    lanes = Dictionary(
      uniqueKeysWithValues: Lane.allCases.map { ($0, LaneExecutor(label: "kith.front.\($0)")) })
  }

  /// Starts the effects and returns at once.
  public func run(_ effects: [Effect]) {
    for effect in effects {
      switch effect {
      case .quit: break
      case .pauseSend: state.withLock { $0.isPausing = true }
      default: start(effect)
      }
    }
  }

  /// Asks a send that runs to pause, and waits until it and all decisions rest: before the process
  /// ends.
  public func finish() {
    state.withLock { state in
      state.isPausing = true
      for question in state.questions.values { question.task.cancel() }
    }
    for lane in [Lane.send, .decisions] { lanes[lane]?.wait() }
  }

  private func start(_ effect: Effect) {
    let task = Task(executorPreference: lanes[effect.lane]) { [self] in
      if effect.isQuestion && Task.isCancelled { return }
      if let answer = answer(effect) { post(.answer(answer)) }
    }
    state.withLock { state in
      if case .send = effect { state.isPausing = false }
      guard effect.isQuestion else { return }
      if case .open = effect {
        for question in state.questions.values where question.isOfEngine { question.task.cancel() }
      }
      state.questions.updateValue((task, effect.isOfEngine), forKey: effect.kind)?.task.cancel()
    }
  }

  /// Does one effect here and now.
  func answer(_ effect: Effect) -> Answer? {
    do {
      return try work(effect)
    } catch let error as Diagnostic {
      return .failed(effect, error)
    } catch let error as SegmentError {
      return .failed(effect, error.diagnostic)
    } catch {
      return effect.isQuestion ? nil : .failed(effect, Diagnostic(said: "cancelled"))
    }
  }

  private func work(_ effect: Effect) throws -> Answer? {
    switch effect {
    case .open(let instant, let epoch): return try open(instant, epoch)
    case .stages(let epoch): return try engine(epoch).map { .stages(try $0.stages(), epoch: epoch) }
    case .trends(let epoch):
      return try engine(epoch).map { .trends(try source.trends($0), epoch: epoch) }
    case .page(let request): return try page(request).map { .page($0, request) }
    case .range(let request):
      return try page(request).map { .range($0.rows.map(\.id), epoch: request.epoch) }
    case .preview(let user, let epoch):
      return engine(epoch).flatMap { summary(of: user, days: 182, events: 16, $0) }
        .map { .preview($0, epoch: epoch) }
    case .user(let user, let epoch): return try details(of: user, epoch)
    case .timeline(let user, let offset, let limit, let epoch):
      return engine(epoch).map {
        .timeline(
          user: user, offset: offset,
          entries: $0.timeline(of: user, offset: offset, limit: limit), epoch: epoch)
      }
    case .why(let user, let filter, let epoch): return try why(user, filter, epoch)
    case .check(let filter, let ticket, let epoch): return try check(filter, ticket, epoch)
    case .complete(let text, let offset, let ticket, let epoch):
      return engine(epoch).map { .completed($0.completions(of: text, at: offset), ticket: ticket) }
    case .vocabulary:
      return .vocabulary(tags: source.tags(), owners: source.owners(), themes: source.themes())
    case .decide(let choice, let audience, let epoch):
      let users = try users(of: audience, epoch)
      return .decided(try source.decide(choice, users: users), users: users.count)
    case .undo(let entry): return .undone(try source.undo(entry))
    case .redo: return .redone(try source.redo())
    case .journal(let offset, let limit, let ticket):
      return .journal(
        try source.journal(offset: offset, limit: limit), offset: offset, ticket: ticket)
    case .theme(let name): return .theme(try source.theme(name))
    case .checkForNews: return .generation(source.generation())
    case .campaigns, .reminderChoices, .previewReminder, .planReminder, .planCampaign, .send:
      return try campaign(effect)
    case .pauseSend, .quit: return nil
    }
  }

  private func campaign(_ effect: Effect) throws -> Answer? {
    switch effect {
    case .campaigns: return .campaigns(try source.campaigns())
    case .reminderChoices:
      return .reminderChoices(templates: try source.templates(), channels: source.channels())
    case .previewReminder(let draft, let ticket):
      return .reminderPreview(
        result { () throws(Diagnostic) in try source.preview(draft) }, ticket: ticket)
    case .planReminder(let draft): return .planned(try source.plan(draft))
    case .planCampaign(let name): return .planned(try source.plan(campaign: name))
    case .send(let name):
      let control = SendControl { [self] in
        state.withLock { $0.isPausing } ? .pause : .goOn
      }
      let post = post
      return .sent(
        result { () throws(Diagnostic) in
          try source.send(campaign: name, control: control) { post(.answer(.sending($0))) }
        })
    default: return nil
    }
  }

  private func open(_ instant: Instant?, _ epoch: Int) throws -> Answer {
    let generation = source.generation()
    let engine = try source.engine(asOf: instant)
    state.withLock { $0.engine = (epoch, engine) }
    return .opened(
      Opened(
        epoch: epoch, asOf: instant, moment: engine.moment, totals: engine.totals,
        stageNames: engine.stageNames, generation: generation, warnings: source.takeWarnings()))
  }

  /// The engine that was opened as `epoch`; nil where another has taken its place.
  private func engine(_ epoch: Int) -> (any Engine)? {
    state.withLock { $0.engine.flatMap { $0.epoch == epoch ? $0.engine : nil } }
  }

  private func page(_ request: PageRequest) throws -> Page? {
    guard let engine = engine(request.epoch) else { return nil }
    let segment =
      request.filter.isEmpty ? nil : try engine.segment(SourceText(request.filter))
    return try engine.page(
      PagePlan(
        segment: segment, stage: request.stage, sort: request.sort, offset: request.offset,
        limit: request.limit))
  }

  private func check(_ filter: String, _ ticket: Int, _ epoch: Int) throws -> Answer? {
    guard let engine = engine(epoch) else { return nil }
    let segment: Segment
    do throws(SegmentError) {
      segment = try engine.segment(SourceText(filter))
    } catch {
      return .checked(.failure(error.diagnostic), ticket: ticket)
    }
    let check = FilterCheck(count: try engine.count(segment), warning: segment.warnings.first)
    return .checked(.success(check), ticket: ticket)
  }

  private func why(_ user: String, _ filter: String, _ epoch: Int) throws -> Answer? {
    guard let engine = engine(epoch) else { return nil }
    let segment = filter.isEmpty ? nil : try engine.segment(SourceText(filter))
    guard let explanation = try engine.why(user, segment) else { throw noSuchUser(user) }
    return .why(explanation, epoch: epoch)
  }

  private func noSuchUser(_ user: String) -> Diagnostic {
    Diagnostic(said: "no events of this user up to this time", subject: user)
  }

  private func summary(
    of user: String, days: Int, events: Int, _ engine: any Engine
  ) -> UserSummary? {
    guard let row = engine.user(user) else { return nil }
    return UserSummary(
      row: row,
      attributes: engine.attributes(of: user).map { .init(name: $0.name, value: $0.value) },
      days: engine.calendar(of: user, days: days),
      events: engine.timeline(of: user, offset: 0, limit: events))
  }

  private func details(of user: String, _ epoch: Int) throws -> Answer? {
    guard let engine = engine(epoch) else { return nil }
    guard let summary = summary(of: user, days: 371, events: 0, engine) else {
      throw noSuchUser(user)
    }
    return .user(
      UserDetails(
        summary: summary, notes: source.notes(of: user), messages: source.messages(to: user)),
      epoch: epoch)
  }

  private func users(of audience: Audience, _ epoch: Int) throws -> [String] {
    switch audience {
    case .users(let users): return users
    case .expression(let expression, let except):
      guard let engine = engine(epoch) else {
        throw Diagnostic(said: "the data changed meanwhile", remedy: "mark the users again")
      }
      let segment = try engine.segment(SourceText(expression))
      let left = Set(except)
      return try engine.ids(segment).filter { !left.contains($0) }
    }
  }
}

/// What `body` returns or throws, as a value.
private func result<Value>(_ body: () throws(Diagnostic) -> Value) -> Result<Value, Diagnostic> {
  do throws(Diagnostic) { return .success(try body()) } catch { return .failure(error) }
}
