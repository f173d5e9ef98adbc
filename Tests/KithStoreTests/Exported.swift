import KithStore

/// The events of a store as it exports them, and with `users` their attributes after them.
func exported(_ store: Store, users: Bool = false) throws -> String {
  var bytes: [UInt8] = []
  try store.exportEvents { (block) throws(Never) in bytes += block }
  if users { try store.exportUsers { (block) throws(Never) in bytes += block } }
  return String(decoding: bytes, as: UTF8.self)
}
