import Glibc
import KithSystem

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

  var text: String { "\(processor), \(cores) cores, \(memoryMiB) MiB" }

  var json: JSON {
    ["processor": .string(processor), "cores": .int(cores), "memory_mib": .int(memoryMiB)]
  }
}
