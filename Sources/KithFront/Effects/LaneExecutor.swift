import Dispatch

/// Runs the tasks of one lane one after the other, on a thread that may be kept busy: engines and
/// files are asked synchronously, which the shared pool of tasks is not made for.
final class LaneExecutor: TaskExecutor {
  private let queue: DispatchQueue

  init(label: String) {
    queue = DispatchQueue(label: label, qos: .userInitiated)
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }

  /// Returns when all that was begun or waits has been done.
  func wait() {
    queue.sync {}
  }
}
