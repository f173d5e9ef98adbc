import Glibc
import KithSystem
public import Testing

/// Runs the cases of a text file: after each input (lines after `> `) stands what comes of it.
///
/// Lines after `@ ` set things up for the cases below them; lines after `# ` are remarks; a blank line
/// ends a case. With `RECORD_SNAPSHOTS=1` the file is written with what came, and its diff is the
/// review.
public func expectCases(
  _ name: String, filePath: String = #filePath, sourceLocation: SourceLocation = #_sourceLocation,
  prepare: (String) -> Void = { _ in }, run: (String) -> String
) throws {
  let folder = filePath.split(separator: "/").dropLast().joined(separator: "/")
  let path = "/\(folder)/Cases/\(name).case"
  let text = String(decoding: try readFile(path), as: UTF8.self)
  var recorded: [String] = []
  var input: [String] = []
  var output: [String] = []
  var cases = 0

  func finish() {
    guard !input.isEmpty else { return }
    cases += 1
    let joined = input.joined(separator: "\n")
    let lines = run(joined).split(separator: "\n").map(String.init)
    recorded += input.map { $0.isEmpty ? ">" : "> " + $0 } + lines
    if getenv("RECORD_SNAPSHOTS") == nil, lines != output {
      let came = lines.joined(separator: "\n")
      let wanted = output.joined(separator: "\n")
      Issue.record(
        "\(name).case: \(joined)\n\(came)\ninstead of\n\(wanted)", sourceLocation: sourceLocation)
    }
    input = []
    output = []
  }

  for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
    let rest = String(line.dropFirst(2))
    switch line.first {
    case ">" where output.isEmpty: input.append(rest)
    case "@", "#", ">", nil:
      finish()
      if line.first == ">" {
        input.append(rest)
      } else {
        recorded.append(line)
        if line.first == "@" { prepare(rest) }
      }
    default: output.append(line)
    }
  }
  finish()
  #expect(cases > 0, "no case in \(path)", sourceLocation: sourceLocation)
  guard getenv("RECORD_SNAPSHOTS") != nil, let file = fopen(path, "w") else { return }
  let bytes = Array(recorded.joined(separator: "\n").utf8)
  fwrite(bytes, 1, bytes.count, file)
  fclose(file)
}
