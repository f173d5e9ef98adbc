import KithStore

extension EmbeddedEngine {
  public func completions(of text: String, at offset: Int) -> [Completion] { [] }
}
