package import KithStore
package import KithSystem
import Testing

/// One way for the n-th change of a disk to go wrong, and what outlives it.
package struct CrashCase: Sendable, CustomTestStringConvertible {
  package let fault: SimulatedFileSystem.Fault
  package let survival: SimulatedFileSystem.Survival

  package static let all = SimulatedFileSystem.Fault.allCases.flatMap { fault in
    SimulatedFileSystem.Survival.allCases.map { CrashCase(fault: fault, survival: $0) }
  }

  package var testDescription: String { "\(fault), then \(survival)" }

  /// Runs a change on fresh stores with a fault at its first step, its second, … until none strikes.
  ///
  /// - Parameter check: looks at the store that the next start finds, and is told whether the change said
  ///   that it succeeded.
  package func everyStep(
    outside: Outside, prepare: (Store) throws -> Void = { _ in },
    change: (Store) throws -> Void, check: (Store, Bool) throws -> Void
  ) throws {
    for step in 1... {
      let disk = SimulatedFileSystem()
      let store = try Store.create(
        in: disk, timeZone: "Asia/Shanghai", name: "tea", outside: outside)
      try prepare(store)
      disk.arm(fault, at: step)
      let before = disk.changes
      var succeeded = true
      do { try change(store) } catch { succeeded = false }
      let struck = disk.changes - before >= step
      let reopened = try Store.open(files: disk.afterCrash(survival), outside: outside)
      try check(reopened, succeeded)
      if !struck {
        #expect(succeeded)
        #expect(step > 1, "the change wrote nothing")
        return
      }
    }
  }
}
