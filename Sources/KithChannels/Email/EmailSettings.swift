import KithCampaigns
import KithStore
import KithSystem

/// What kith.yaml says about the mail server, checked: `url`, `from`, `tls`, `user`, `password_env` or
/// `password_file`, `ca`.
struct EmailSettings: Sendable {
  enum Encryption: Sendable { case none, startTLS, fromTheStart }

  /// `smtp://host:port/name-we-say-hello-with`.
  var url: String
  var host: String
  var encryption: Encryption
  var from: Mailbox
  var login: (user: String, password: String)?
  /// The file of the authorities to trust, instead of the system's.
  var authorities: String?
  var connections: Int
  var timeoutMs: Int64
  var clock: any Clock

  init(_ setting: ChannelSetting, _ store: Store) throws(CampaignError) {
    guard let source = setting.texts["url"] else {
      throw setting.mistake(
        nil, "the mail server is not set", remedy: "add url: \"smtp://HOST:PORT\" in kith.yaml")
    }
    guard let server = Server(source.text) else {
      throw setting.mistake(
        "url", "not the address of a mail server",
        remedy: "write smtp://HOST:PORT or smtps://HOST:PORT; the name goes under user:")
    }
    host = server.host
    url = server.url + "/" + Self.greeting(store.outside.hostName)
    encryption = try Self.encryption(setting, server)
    guard let sender = setting.texts["from"], let mailbox = Mailbox(sender.text) else {
      throw setting.mistake(
        "from", "the sender is missing, or is not an address",
        remedy: "write from: \"Name <name@example.org>\"")
    }
    from = mailbox
    login = try Self.login(setting, store)
    authorities = setting.texts["ca"].map { path in
      path.text.hasPrefix("/") ? path.text : store.files.root + "/" + path.text
    }
    connections = max(1, setting.connections)
    timeoutMs = setting.timeoutMs
    clock = store.outside.clock
  }

  private static func encryption(
    _ setting: ChannelSetting, _ server: Server
  ) throws(CampaignError) -> Encryption {
    if server.isSecure { return .fromTheStart }
    switch setting.texts["tls"]?.text ?? "starttls" {
    case "starttls": return .startTLS
    case "none" where server.isLoopback: return .none
    case "none":
      throw setting.mistake(
        "tls", "mail without TLS leaves this machine unprotected",
        remedy: "use tls: starttls, or an smtps:// url")
    default:
      throw setting.mistake("tls", "not a kind of TLS", remedy: "use starttls or none")
    }
  }

  private static func login(
    _ setting: ChannelSetting, _ store: Store
  ) throws(CampaignError) -> (user: String, password: String)? {
    guard let user = setting.texts["user"]?.text else { return nil }
    if let variable = setting.texts["password_env"]?.text {
      guard variable.hasPrefix("KITH_") else {
        throw setting.mistake(
          "password_env", "secrets come from variables named KITH_…",
          remedy: "rename the variable, and name it so here")
      }
      guard let password = store.outside.variables[variable], !password.isEmpty else {
        throw setting.mistake(
          "password_env", "the variable with the password is not set",
          remedy: "export \(variable) before sending")
      }
      return (user, password)
    }
    guard let path = setting.texts["password_file"]?.text else {
      throw setting.mistake(
        "user", "a user without a password", remedy: "add password_env: KITH_… or password_file:")
    }
    return (user, try password(setting, store, path))
  }

  private static func password(
    _ setting: ChannelSetting, _ store: Store, _ path: String
  ) throws(CampaignError) -> String {
    let bytes: [UInt8]?
    do throws(FileError) {
      bytes = try secret(path, in: store.files)
    } catch {
      throw .file(error)
    }
    guard let bytes, !bytes.isEmpty else {
      throw setting.mistake(
        "password_file", "the password file is missing or empty, or others can read it",
        remedy: "chmod 600 " + shellWord(path))
    }
    return String(String(decoding: bytes, as: UTF8.self).prefix { !$0.isNewline })
  }

  /// A file's bytes where it is its owner's alone, else nil.
  private static func secret(
    _ path: String, in store: any FileSystem
  ) throws(FileError) -> [UInt8]? {
    let (files, name) = try beneath(path, store)
    guard let info = try files.info(name), info.mode & 0o077 == 0 else { return nil }
    return try files.read(name)
  }

  /// The name to say hello with: the machine's, or what is left of it.
  private static func greeting(_ name: String) -> String {
    let plain = name.utf8.filter {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        || $0 == 0x2D || $0 == 0x2E
    }
    return plain.isEmpty ? "localhost" : String(decoding: plain, as: UTF8.self)
  }
}

/// A mail server's address: scheme, host and port, nothing else.
private struct Server {
  var url: String
  var host: String
  var isSecure: Bool

  init?(_ text: String) {
    guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else { return nil }
    let scheme = text[..<colon].lowercased()
    guard scheme == "smtp" || scheme == "smtps" else { return nil }
    var rest = text[text.index(colon, offsetBy: 3)...]
    if rest.hasSuffix("/") { rest.removeLast() }
    let port: Substring
    if rest.hasPrefix("["), let bracket = rest.firstIndex(of: "]") {
      host = String(rest[...bracket])
      port = rest[rest.index(after: bracket)...]
    } else {
      let end = rest.firstIndex(of: ":") ?? rest.endIndex
      host = String(rest[..<end])
      port = rest[end...]
    }
    let isPlain = host.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || [0x2D, 0x2E, 0x3A, 0x5B, 0x5D].contains(byte)
    }
    guard !host.isEmpty, isPlain else { return nil }
    if !port.isEmpty {
      guard port.first == ":", let number = UInt16(port.dropFirst()), number > 0 else { return nil }
    }
    isSecure = scheme == "smtps"
    url = scheme + "://" + host + port
  }

  var isLoopback: Bool {
    if host.lowercased() == "localhost" || host == "[::1]" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}
