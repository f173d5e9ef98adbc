import KithStore
import KithSystem

extension Decision {
  /// One line for a list of decisions.
  var summary: String {
    switch self {
    case .tagAdd(let tag, let users): "tag \(users.summary) \(tag)"
    case .tagRemove(let tag, let users): "untag \(users.summary) \(tag)"
    case .note("", _): "note on an erased user"
    case .note(let user, let text): "note on \(user): \(text)"
    case .owner(let name, let users):
      name.isEmpty ? "no owner for \(users.summary)" : "owner of \(users.summary): \(name)"
    case .suppressAdd(let hashes, let reason):
      "suppress \(counted(hashes.count, "address", plural: "addresses")): \(reason)"
    case .suppressRemove(let hashes):
      "no longer suppress \(counted(hashes.count, "address", plural: "addresses"))"
    case .imported(_, let files, let rows, let rejected, let users):
      "import \(counted(rows, users ? "attribute row" : "event")) from "
        + files.map(\.name).joined(separator: ", ")
        + (rejected > 0 ? ", \(grouped(rejected)) rejected" : "")
    case .campaign(let name, let wave, let step):
      "campaign \(name): \(step)" + (wave.map { ", wave \($0)" } ?? "")
    case .alias(let users): "one person: \(users.joined(separator: ", "))"
    case .forget: "erased a user"
    case .undo(let entry): "undo \(entry)"
    case .redo(let entry): "redo \(entry)"
    }
  }
}

extension UserList {
  fileprivate var summary: String {
    switch self {
    case .named([]): "an erased user"
    case .named(let ids) where ids.count <= 3: ids.joined(separator: ", ")
    case .named(let ids): counted(ids.count, "user")
    case .set(_, let count): counted(count, "user")
    }
  }
}
