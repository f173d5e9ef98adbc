import KithStore
import KithSystem

// audience.arrow: one row for each user that the expression matched, in byte order.
//
// | column          | text                                                                        |
// | `user`          | the id; empty where the person was erased                                   |
// | `arm`           | `treated` or `held_out`; null where a reason came before the draw           |
// | `reason`        | why the user is left out, in the words of the plan; null where they are not |
// | `address_<step>`| keyed hash of the address by which the step reaches them; null: it does not |

extension Audience {
  private static let kind = "kith:audience"

  var bytes: [UInt8] {
    TextColumnsFile(
      names: ["user", "arm", "reason", "address_1"],
      columns: [
        members.map(\.user), members.map { $0.arm?.rawValue }, members.map { $0.reason?.rawValue },
        members.map(\.addressHash),
      ]
    ).bytes(kind: Audience.kind)
  }

  init(_ bytes: MappedBytes, file name: String) throws(CampaignError) {
    let file: TextColumnsFile
    do throws(DamagedFile) {
      file = try TextColumnsFile(bytes, name: name, kind: Audience.kind)
    } catch {
      if case .format(let format) = error.problem {
        throw .laterFormat(file: name, format: format)
      }
      throw .damaged(file: name, problem: error.words)
    }
    func column(_ column: String) throws(CampaignError) -> [String?] {
      guard let index = file.names.firstIndex(of: column) else {
        throw .damaged(file: name, problem: "the column \(column) is missing")
      }
      return file.columns[index]
    }
    let users = try column("user")
    let arms = try column("arm")
    let reasons = try column("reason")
    let addresses = try column("address_1")
    members = users.indices.map { row in
      Member(
        user: users[row] ?? "", arm: arms[row].flatMap(Arm.init(rawValue:)),
        reason: reasons[row].flatMap(ExclusionReason.init(rawValue:)),
        addressHash: addresses[row])
    }
  }
}
