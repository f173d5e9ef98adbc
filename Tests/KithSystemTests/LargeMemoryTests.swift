import KithSystem
import Testing

struct LargeMemoryTests {
  @Test(.timeLimit(.minutes(1)))
  func `memory that the system does not have ends the process with an error, not with a crash`()
    async throws
  {
    let large = await #expect(processExitsWith: .exitCode(1), observing: [\.standardErrorContent]) {
      _ = LargeMemory(1 << 50)
    }
    let aligned = await #expect(
      processExitsWith: .exitCode(1), observing: [\.standardErrorContent]
    ) {
      _ = alignedMemory(1 << 50)
    }
    for result in [large, aligned] {
      let said = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
      #expect(said.contains("kith: not enough memory: 1099511627776 KiB more were asked for\n"))
      #expect(!said.contains("Fatal error"))
    }
  }
}
