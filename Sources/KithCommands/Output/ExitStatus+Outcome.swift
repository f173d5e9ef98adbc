import KithSystem

/// A command that is done and whose exit code still says something: `users` found nobody, a send was
/// interrupted.
struct Outcome: Error {
  var status: ExitStatus
}
