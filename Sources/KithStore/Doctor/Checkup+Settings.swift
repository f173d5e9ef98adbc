// Every key of kith.yaml has a default, so that a file that was emptied or cut short reads as well as a
// whole one, and days and rules change without a word. What is held against it is what tells the two apart.

import KithSystem

extension Checkup {
  /// Looks for what `init` writes into every kith.yaml and nobody has a reason to take out.
  mutating func checkKeys(_ text: String) {
    guard let (_, root) = try? YAMLSource.read(text, file: nil) else { return }
    if root.members.isEmpty {
      return add(
        StoreFile.settings, "it is empty, so every rule is the default and days are those of UTC",
        remedy: Finding.copy + ", or write `format: 1` and `time_zone:` at least")
    }
    if root["format"] == nil {
      add(
        StoreFile.settings, "it has no `format`",
        remedy: Finding.copy + ", or write `format: 1` at its top")
    }
    if root["time_zone"] == nil {
      add(
        StoreFile.settings, "it has no `time_zone`, so days are those of UTC",
        remedy: Finding.copy + ", or write the zone where your days begin: `time_zone: UTC`")
    }
    // An editor ends the last line; a write that was cut short does so by chance alone.
    if text.utf8.last != 0x0A, root["keys"] == nil {
      add(
        StoreFile.settings, "its last line does not end, as if it had been cut short",
        remedy: Finding.copy + "; if nothing is missing, end that line")
    }
  }
}
