import Glibc

extension Outside {
  /// The IANA name of the machine's time zone: from `TZ`, the link at /etc/localtime, or
  /// /etc/timezone; `UTC` where none of them names a zone that the system knows.
  public var localZoneName: String {
    let candidates = [
      variables["TZ"].map { $0.hasPrefix(":") ? String($0.dropFirst()) : $0 },
      linkTarget("/etc/localtime"),
      (try? readFile("/etc/timezone")).map { String(decoding: $0, as: UTF8.self) },
    ]
    for case let candidate? in candidates {
      let name = zoneName(inPath: candidate)
      if (try? Zone.named(name)) != nil { return name }
    }
    return "UTC"
  }
}

/// `/usr/share/zoneinfo/Asia/Shanghai` and `Asia/Shanghai` with a newline alike.
private func zoneName(inPath text: String) -> String {
  let line = text.split(whereSeparator: \.isNewline).first ?? ""
  let parts = line.split(separator: "/")
  guard let folder = parts.firstIndex(of: "zoneinfo") else { return String(line) }
  return parts[(folder + 1)...].joined(separator: "/")
}

private func linkTarget(_ path: String) -> String? {
  var buffer = [CChar](repeating: 0, count: 1024)
  let count = readlink(path, &buffer, buffer.count)
  guard count > 0 else { return nil }
  return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
