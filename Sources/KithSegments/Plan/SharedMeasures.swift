/// A number for each measure that stands more than once in some conditions, in order of its first use.
///
/// A list that is searched by hash: measures are few, and a dictionary of a kind of its own would cost the
/// start of each question more than all of them.
struct SharedMeasures {
  private struct Use {
    let hash: Int
    let measure: Measured
    var count = 1
  }
  private var uses: [Use] = []

  init(_ conditions: [Condition]) {
    var all: [Use] = []
    for condition in conditions {
      condition.eachMeasure { measure in
        if let place = Self.place(of: measure, in: all) {
          all[place].count += 1
        } else {
          all.append(Use(hash: measure.hashValue, measure: measure))
        }
      }
    }
    uses = all.filter { $0.count > 1 }
  }

  func number(of measure: Measured) -> Int? { Self.place(of: measure, in: uses) }

  private static func place(of measure: Measured, in uses: [Use]) -> Int? {
    let hash = measure.hashValue
    return uses.firstIndex { $0.hash == hash && $0.measure == measure }
  }
}
