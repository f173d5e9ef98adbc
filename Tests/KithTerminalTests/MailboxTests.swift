import KithTerminal
import Testing

@Suite struct MailboxTests {
  @Test func `messages from many tasks all arrive, each task's in its order`() async {
    let mailbox = Mailbox<(task: Int, number: Int)>()
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask { for number in 0..<200 { mailbox.post((task, number)) } }
      }
    }
    let messages = mailbox.take()
    #expect(messages.count == 1600)
    for task in 0..<8 {
      #expect(messages.filter { $0.task == task }.map(\.number) == Array(0..<200))
    }
    #expect(mailbox.take().isEmpty)
  }
}
