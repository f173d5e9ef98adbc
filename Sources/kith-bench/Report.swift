import Glibc
import KithSystem

/// What the jobs took, on which machine.
struct Report {
  private struct Line {
    let job: String
    let rows: Int
    /// Ascending.
    let seconds: [Double]

    var median: Double { seconds[seconds.count / 2] }
    var rowsPerSecond: Int { Int(Double(rows) / max(median, 1e-9)) }
  }

  let users: Int
  let events: Int
  /// Of the CSV.
  let bytes: Int
  private var lines: [Line] = []

  init(users: Int, events: Int, bytes: Int) {
    self.users = users
    self.events = events
    self.bytes = bytes
  }

  mutating func add(_ job: String, rows: Int, _ seconds: [Double]) {
    lines.append(Line(job: job, rows: rows, seconds: seconds.sorted()))
  }

  var table: String {
    let machine = Machine()
    var text = """
      \(machine.processor), \(machine.cores) cores, \(machine.memoryMiB) MiB
      \(users) users, \(events) events, \(bytes >> 20) MiB of CSV

      | job | seconds | events a second |
      | --- | ---: | ---: |

      """
    for line in lines {
      text += "| \(line.job) | \(milli(line.median)) | \(line.rowsPerSecond) |\n"
    }
    return text
  }

  var json: JSON {
    let machine = Machine()
    return [
      "machine": [
        "processor": .string(machine.processor), "cores": .int(machine.cores),
        "memory_mib": .int(machine.memoryMiB),
      ],
      "users": .int(users), "events": .int(events), "bytes": .int(bytes),
      "jobs": .array(
        lines.map { line in
          [
            "job": .string(line.job), "rows": .int(line.rows),
            "seconds": .number(milli(line.median)), "runs": .int(line.seconds.count),
          ]
        }),
    ]
  }
}

/// `0.042`: seconds to the millisecond.
private func milli(_ seconds: Double) -> String {
  let total = Int64((seconds * 1000).rounded())
  return "\(total / 1000)." + pad(total % 1000, 3)
}

/// The machine that the figures belong to.
struct Machine {
  /// The processor's name as the kernel has it.
  let processor: String
  let cores = sysconf(Int32(_SC_NPROCESSORS_ONLN))
  let memoryMiB = sysconf(Int32(_SC_PHYS_PAGES)) / 1024 * sysconf(Int32(_SC_PAGESIZE)) / 1024

  init() {
    let lines = (try? readFile("/proc/cpuinfo")).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let line = lines.split(separator: "\n").first { $0.hasPrefix("model name") }
    let name = line?.split(separator: ":").last?.drop { $0 == " " }
    processor = name.map(String.init) ?? "unknown processor"
  }
}
