import KithSystem
import Testing

struct JSONTests {
  @Test(arguments: [
    #"{"a":1,"b":[true,false,null],"c":{"d":"x"}}"#, #""\"\\\n\t""#, "0.10", "-1.5e+10",
    "18446744073709551616", "[]", "{}", #"{"z":1,"a":2,"z":3}"#, #""茶🍵é""#,
  ])
  func `what is read is written the same`(text: String) throws {
    let value = try JSON(text)
    #expect(value.compact == text)
    #expect(try JSON(value.pretty) == value)
  }

  @Test(arguments: [
    (#""\u8336\ud83c\udf75\/""#, "茶🍵/"), (#""\u0000""#, "\u{0}"),
  ])
  func `escapes are read`(text: String, value: String) throws {
    #expect(try JSON(text).string == value)
  }

  @Test(arguments: [
    ("", 0), ("{", 1), ("[1,]", 3), (#"{"a" 1}"#, 5), ("01", 1), ("1.", 2), ("nul", 3),
    (#""\ud83c""#, 7), ("\"\u{1}\"", 2), ("1 2", 2), ("'a'", 0), ("+1", 0), ("NaN", 0),
  ])
  func `a mistake is told with its place`(text: String, offset: Int) {
    let error = #expect(throws: JSONError.self) { try JSON(text) }
    #expect(error?.offset == offset)
  }

  @Test func `bytes that are not UTF-8 are refused, and too deep a nesting`() {
    #expect(throws: JSONError.self) { try JSON(utf8: [0x22, 0xC3, 0x28, 0x22]) }
    #expect(throws: JSONError.self) { try JSON(String(repeating: "[", count: 100_000)) }
  }
}
