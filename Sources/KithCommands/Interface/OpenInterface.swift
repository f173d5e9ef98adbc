import KithStore
import KithSystem

/// Opens the interface on a store; without a terminal, prints its stages.
func openInterface(_ store: Store, _ reading: Reading, _ context: Context) throws {
  try printStages(reading.engine(store), json: false, context)
}
