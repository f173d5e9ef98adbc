import KithStore
import KithSystem

extension EmbeddedEngine {
  /// The first source that is not empty of each user up to the moment, by user number: a code in
  /// ``Snapshot/sources``, or ``absentCode``.
  ///
  /// Cost: the users where the store keeps it, else the events.
  package func firstSources() throws(Cancelled) -> [UInt32] {
    let columns = world.columns
    var codes = [UInt32](repeating: absentCode, count: columns.users.count)
    guard let kept = columns.index?.sources else {
      let found = try walk(
        reading: .sources, from: { [(user: Int, code: UInt32)]() },
        visit: { found, visit in
          if let code = visit.sources.first(where: { $0 != absentCode }) {
            found.append((visit.user, code))
          }
        }, merge: { $0 += $1 })
      for entry in found { codes[entry.user] = entry.code }
      return codes
    }
    for user in 0..<min(columns.users.baseCount, kept.count) { codes[user] = kept[user] }
    if let translation = columns.baseSources {
      for user in codes.indices where codes[user] != absentCode {
        codes[user] = translation[Int(codes[user])]
      }
    }
    let worker = Worker(scope)
    if !scope.times.seesAll {
      for user in codes.indices
      where codes[user] != absentCode && columns.users.isPlain(user)
        && !worker.showsSource(of: user)
      {
        codes[user] = absentCode
      }
    }
    for (place, user) in columns.users.mixed.users.enumerated() {
      codes[Int(user)] = worker.mixedSource(place)
    }
    return codes
  }
}
