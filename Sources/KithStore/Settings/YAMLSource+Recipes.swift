import KithSystem
import KithYAML

extension YAMLSource {
  /// `shop: { map: { user: buyer, … }, encoding: gb18030, source: shop, overlap: true }`; of attributes:
  /// `{ users: true, events: { signup: registered_at } }`.
  func recipes(_ node: Node) throws(SettingsMistake) -> [(name: String, recipe: Recipe)] {
    var recipes: [(name: String, recipe: Recipe)] = []
    for member in try mapping(node, of: "`recipes`").members where !member.isEmpty {
      recipes.append((member.name, try recipe(member)))
    }
    return recipes
  }

  private func recipe(_ member: YAMLMember) throws(SettingsMistake) -> Recipe {
    let name = "`\(member.name)`"
    let inner = try mapping(member.value, of: name)
    try inner.allow(
      ["map", "encoding", "source", "overlap", "strict", "users", "events"], in: name)
    func flag(_ key: String) throws(SettingsMistake) -> Bool {
      guard let node = inner[key] else { return false }
      return try value(node, key, "true", SettingsScalar.bool)
    }
    func pairs(_ key: String) throws(SettingsMistake) -> [(String, String)] {
      guard let node = inner[key] else { return [] }
      var pairs: [(String, String)] = []
      for pair in try mapping(node, of: "`\(key)`").members where !pair.isEmpty {
        pairs.append((pair.name, try text(pair.value, of: pair.name)))
      }
      return pairs
    }
    var options = ImportOptions(
      map: try pairs("map"), overlap: try flag("overlap"), strict: try flag("strict"),
      events: try pairs("events"))
    if let node = inner["encoding"] { options.encoding = try text(node, of: "encoding") }
    if let node = inner["source"] { options.source = try text(node, of: "source") }
    let users = try flag("users")
    if let node = inner["events"], !users {
      throw mistake(
        "`events` makes events of attributes", at: node, remedy: "add `users: true`")
    }
    return Recipe(users: users, options: options)
  }
}
