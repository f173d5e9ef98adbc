// What has to be done to one text so that an id is in it no more. Members of journals are known by their
// names; other texts are searched for the id as a whole word, so that `u1` is not found in `u10`.

import KithSystem

/// A person who is erased.
package struct Erasure: Sendable {
  let id: [UInt8]
  let text: String

  package init(_ user: String) {
    text = user
    id = Array(user.utf8)
  }

  func isID(_ text: String?) -> Bool { text.map { $0.utf8.elementsEqual(id) } ?? false }

  /// Whether a text names the id, as a whole word.
  package func isNamed(in bytes: some RandomAccessCollection<UInt8>) -> Bool {
    let bytes = Array(bytes)
    guard bytes.count >= id.count else { return false }
    return bytes.withUnsafeBytes { all in
      id.withUnsafeBytes { wanted in
        for start in 0...(all.count - wanted.count) where all[start] == wanted[0] {
          let end = start + wanted.count
          guard compare(UnsafeRawBufferPointer(rebasing: all[start..<end]), wanted) == 0,
            start == 0 || !isWord(all[start - 1]), end == all.count || !isWord(all[end])
          else { continue }
          return true
        }
        return false
      }
    }
  }

  private func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D, 0x80...: true
    default: false
    }
  }

  /// A journal's line without the person, sealed anew under the same id; nil where they are not in it.
  /// `set` gives the set that takes the place of one that has them.
  func erased(
    _ line: JSON, set: (_ sha256: String) throws(StoreError) -> (sha256: String, count: Int)?
  ) throws(StoreError) -> [UInt8]? {
    guard var members = line.members else { return nil }
    let isNote = line["do"]?.string == "note" && isID(line["user"]?.string)
    var isChanged = false
    for (index, member) in members.enumerated() {
      switch member.name {
      case "users":
        guard let users = member.value.array, users.contains(where: { isID($0.string) }) else {
          continue
        }
        members[index].value = .array(users.filter { !isID($0.string) })
        isChanged = true
      case "user", "text":
        guard isNote else { continue }
        members[index].value = ""
        isChanged = true
      case "set":
        guard let digest = member.value["sha256"]?.string, let other = try set(digest) else {
          continue
        }
        members[index].value = ["sha256": .string(other.sha256), "count": .int(other.count)]
        isChanged = true
      default: continue
      }
    }
    return isChanged ? sealed(members.filter { $0.name != "crc" }) : nil
  }
}

/// The lines of a file, each with its newline where it has one.
func wholeLines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
  var lines: [ArraySlice<UInt8>] = []
  var start = 0
  while start < bytes.count {
    let end = bytes[start...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
    lines.append(bytes[start..<end])
    start = end
  }
  return lines
}
