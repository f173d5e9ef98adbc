extension [String] {
  /// As the library's own, which asks the runtime what a collection's parts are before it looks at them:
  /// the first time, that takes longer than a page of text to put together.
  public func joined(separator: String) -> String {
    var text = first ?? ""
    for part in dropFirst() {
      text += separator
      text += part
    }
    return text
  }
}
