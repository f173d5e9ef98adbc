import KithCampaigns
import KithScreen
import KithSystem
import Testing

@testable import KithFront

struct ReminderTests {
  private static func sends(_ driver: Driver) -> [Effect] {
    driver.asked.filter { if case .send = $0 { true } else { false } }
  }

  @Test func `a send needs a plan and the number of people`() throws {
    var driver = try Driver()
    driver.press("tab tab r X")
    #expect(driver.model.flash?.text == driver.model.words(.whyNotPlanned))
    driver.press("enter X 2 enter")
    #expect(ReminderTests.sends(driver).isEmpty)
    #expect(driver.model.flash?.text == "that is not 3: nothing is sent")
    driver.press("X 3 enter")
    #expect(ReminderTests.sends(driver) == [.send("remind-20261121-1002")])
    #expect(
      driver.model.flash?.text == "remind-20261121-1002: 3 accepted, 0 refused, 0 failed, 0 unknown"
    )
    #expect(driver.model.sending == nil)
    driver.press("X")
    #expect(driver.model.flash?.text == "it is sent")
  }

  @Test func `a template brings its channel, and the name is typed`() throws {
    var driver = try Driver()
    driver.press("r l down down")
    driver.press("ctrl-u")
    driver.type("jX kl?")
    driver.press("enter")
    let planned = driver.asked.compactMap { effect -> ReminderDraft? in
      if case .planReminder(let draft) = effect { draft } else { nil }
    }
    let audience = Audience.expression("stage = \"effective\"")
    #expect(
      planned == [
        ReminderDraft(name: "jX kl?", template: "autumn-mail", channel: "email", audience: audience)
      ])
  }

  @Test func `a preview that fails says why, and planning is refused likewise`() throws {
    var driver = try Driver()
    driver.press("r up ctrl-u")
    driver.type("taken")
    #expect(driver.text.contains("the campaign exists already"))
    driver.press("enter")
    #expect(driver.text.contains("the campaign exists already"))
    guard case .reminder(let reminder) = driver.model.mode else { return }
    #expect(!reminder.isPlanned && !reminder.isPlanning)
  }

  @Test func `marked users are the audience`() throws {
    var driver = try Driver()
    driver.press("space space r")
    guard case .reminder(let reminder) = driver.model.mode else {
      Issue.record("no dialog")
      return
    }
    #expect(reminder.audience == .users(["u-20931", "李娜"]))
  }

  @Test func `leaving while a send runs asks, pauses and then leaves`() throws {
    var driver = try Driver()
    driver.holds = { if case .send = $0 { true } else { false } }
    driver.press("r enter X 3 enter esc q")
    #expect(!driver.model.wantsQuit && driver.text.contains("A send is running"))
    driver.press("n q y")
    #expect(driver.asked.last == .pauseSend && !driver.model.wantsQuit)
    driver.release()
    #expect(driver.model.wantsQuit)
  }

  @Test func `a campaign of the list is sent to those who are left`() throws {
    var driver = try Driver()
    driver.press("4 p")
    #expect(driver.model.flash?.text == driver.model.words(.whyNotDraft))
    driver.press("X")
    #expect(driver.model.flash?.text == driver.model.words(.whyNotSendable))
    driver.press("j X")
    driver.type("2,000")
    driver.press("enter")
    #expect(ReminderTests.sends(driver) == [.send("winter")])
    driver.press("j p")
    #expect(driver.model.flash?.text.contains("no audience") == true)
  }
}
