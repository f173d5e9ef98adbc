/// What `template new` writes: a text that works as it stands, since `name` has a default.
func sampleTemplate(channel: String, language: String?) -> String {
  let isChinese = language?.hasPrefix("zh") ?? false
  let words =
    isChinese
    ? (
      subject: "{{name}}，有新的内容等您来看", friend: "朋友",
      text: """
      {{name}}，您好：

      有一阵子没见到您了。您上次用过之后，我们添了一些新的内容，想请您来看看。

      如有需要，直接回复这条消息即可，我们会认真看。

      """
    )
    : (
      subject: "{{name}}, there is something new for you", friend: "friend",
      text: """
      Hello {{name}},

      It has been a while. Since your last visit a few things have been added that you may like:
      come and have a look.

      If anything was amiss, answer this message; a person reads it.

      """
    )
  return """
    ---
    channel: \(channel)
    subject: "\(words.subject)"
    defaults: { name: \(words.friend) }
    ---
    \(words.text)
    """
}
