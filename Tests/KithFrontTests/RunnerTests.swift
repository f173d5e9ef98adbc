import KithCampaigns
import KithScreen
import KithStore
import KithSystem
import Synchronization
import Testing

@testable import KithFront

struct RunnerTests {
  private func front() throws -> Front {
    try Front(
      FrontSetup(
        storeName: "teashop", language: .english, theme: .plain, colorDepth: .none,
        size: Size(width: 80, height: 24), now: FakeSource.now))
  }

  @Test func `the interface comes up on other threads' answers`() async throws {
    let (stream, continuation) = AsyncStream.makeStream(of: FrontEvent.self)
    let runner = EffectRunner(source: FakeSource()) { continuation.yield($0) }
    var front = try front()
    runner.run(front.start())
    for await event in stream {
      runner.run(front.handle(event))
      let text = front.frame().surface.text
      if text.contains("李娜 · Effective") && text.contains("8 users") { break }
    }
    runner.run(front.handle(.input(.text("q"))))
    #expect(front.wantsQuit)
    runner.finish()
  }

  @Test func `what is left out of the data is told as soon as it is seen`() async throws {
    let (stream, continuation) = AsyncStream.makeStream(of: FrontEvent.self)
    let source = FakeSource()
    source.state.withLock {
      $0.warnings = [Diagnostic("a run is left out", subject: "events/1.arrow")]
    }
    let runner = EffectRunner(source: source) { continuation.yield($0) }
    var front = try front()
    runner.run(front.start())
    for await event in stream {
      runner.run(front.handle(event))
      if front.frame().surface.text.contains("8 users") { break }
    }
    #expect(front.frame().surface.text.contains("a run is left out: events/1.arrow"))
    runner.finish()
  }

  @Test func `what an engine no longer there was asked is not answered`() throws {
    let runner = EffectRunner(source: FakeSource()) { _ in }
    #expect(runner.answer(.stages(epoch: 1)) == nil)
    _ = runner.answer(.open(asOf: nil, epoch: 1))
    #expect(runner.answer(.stages(epoch: 1)) != nil)
    _ = runner.answer(.open(asOf: nil, epoch: 2))
    #expect(runner.answer(.stages(epoch: 1)) == nil)
  }

  @Test func `the next engine cancels what the last one is busy with`() async throws {
    let (stream, continuation) = AsyncStream.makeStream(of: FrontEvent.self)
    let source = FakeSource(isBusyWithTrends: true)
    let runner = EffectRunner(source: source) { continuation.yield($0) }
    runner.run([.open(asOf: nil, epoch: 1)])
    var answers = stream.makeAsyncIterator()
    _ = await answers.next()
    runner.run([.trends(epoch: 1)])  // goes on until it is cancelled
    try await wait { source.state.withLock { $0.begun } == 1 }
    runner.run([.open(asOf: nil, epoch: 2)])
    try await wait { source.state.withLock { $0.cancelled } == 1 }
  }

  /// Waits until something holds, ten seconds at most.
  private func wait(until holds: () -> Bool) async throws {
    for _ in 0..<10_000 where !holds() { try await Task.sleep(for: .milliseconds(1)) }
    #expect(holds())
  }

  @Test func `a decision on data that changed is refused`() throws {
    let source = FakeSource()
    let runner = EffectRunner(source: source) { _ in }
    _ = runner.answer(.open(asOf: nil, epoch: 2))
    let effect = Effect.decide(.addTag("x"), .expression("true", except: []), epoch: 1)
    guard case .failed(_, let diagnostic) = runner.answer(effect) else {
      Issue.record("it was done")
      return
    }
    #expect(diagnostic.what == "the data changed meanwhile")
    #expect(source.state.withLock { $0.entries.isEmpty })
  }

  @Test func `all that match are resolved, less what was taken out`() throws {
    let source = FakeSource()
    let runner = EffectRunner(source: source) { _ in }
    _ = runner.answer(.open(asOf: nil, epoch: 1))
    let audience = Audience.expression("stage = \"core\"", except: ["mei"])
    guard
      case .decided(let receipt, let users) = runner.answer(
        .decide(.addTag("x"), audience, epoch: 1))
    else {
      Issue.record("it was not done")
      return
    }
    #expect(users == 1 && receipt.decision == .tagAdd(tag: "x", users: .named(["陈伟"])))
  }
}
