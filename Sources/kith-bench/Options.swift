/// What the caller chose.
struct Options {
  var events = [1_000_000]
  var jobs: [String]?
  var engines = ["kith", "duckdb", "duckdb-tuned"]
  var rounds = 5
  /// Of what is imported anew, which takes longer than all else.
  var imports = 1
  var isMemoryShown = false
  var json: String?
  var kith = ".build/release/kith"
  /// Logs and stores; kept, so that the next sitting begins at once.
  var data = ".build/bench-data"
  /// Where the generator and the peers are.
  var shared = "../shared/bench"
  var python = ".build/bench-venv/bin/python3"
  var isHelp = false

  static let help = """
    kith-bench [options]
      --events N,…     sizes of the log (1000000)
      --jobs NAME,…    only these: \(Job.all.map(\.name).joined(separator: ", "))
      --engines NAME,… of kith, duckdb, duckdb-tuned, polars, polars-tuned, chdb, sqlite, pandas
                       (kith,duckdb,duckdb-tuned)
      --rounds N       rounds, in each of which every engine does every job once (5)
      --imports N      rounds of importing (1)
      --memory         also shows the peak memory of each
      --json FILE      writes every figure
      --data DIR       logs and stores (.build/bench-data)
      --shared DIR     the generator and the peers (../shared/bench)
      --python FILE    a Python with the peers (.build/bench-venv/bin/python3)
      --kith FILE      the program that is measured (.build/release/kith)
    """

  private static let words: [String: any WritableKeyPath<Options, String> & Sendable] = [
    "--data": \.data, "--shared": \.shared, "--python": \.python, "--kith": \.kith,
  ]
  private static let counts: [String: any WritableKeyPath<Options, Int> & Sendable] = [
    "--rounds": \.rounds, "--imports": \.imports,
  ]

  init(_ words: ArraySlice<String>) throws(UsageMistake) {
    var rest = words
    while let word = rest.popFirst() {
      if word == "--help" { isHelp = true; return }
      if word == "--memory" { isMemoryShown = true; continue }
      guard let value = rest.popFirst() else { throw UsageMistake("\(word) lacks its value") }
      try take(word, value)
    }
  }

  private mutating func take(_ word: String, _ value: String) throws(UsageMistake) {
    let list = value.split(separator: ",").map(String.init)
    if let path = Options.words[word] {
      self[keyPath: path] = value
    } else if let path = Options.counts[word] {
      guard let number = Int(value), number > 0 else { throw UsageMistake("\(word) \(value)") }
      self[keyPath: path] = number
    } else if word == "--events" {
      events = list.compactMap { Int($0) }.filter { $0 >= 1000 }
      guard events.count == list.count else { throw UsageMistake("--events \(value)") }
    } else if word == "--jobs" {
      let known = Job.all.map(\.name)
      guard list.allSatisfy(known.contains) else { throw UsageMistake("--jobs \(value)") }
      jobs = list
    } else if word == "--engines" {
      engines = list
    } else if word == "--json" {
      json = value
    } else {
      throw UsageMistake(word)
    }
  }
}

/// A call that is not understood.
struct UsageMistake: Error, CustomStringConvertible {
  let description: String
  init(_ words: String) { description = "not understood: \(words); see --help" }
}
