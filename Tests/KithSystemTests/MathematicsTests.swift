import Glibc
import Testing

/// The names that stand in libm's place pass on to the function of that name, whatever its parameters.
struct MathematicsTests {
  @Test func `each kind of function gives what it should`() {
    #expect(abs(exp(1) - 2.718281828459045) < 1e-15)
    #expect(abs(expf(1) - 2.7182817) < 1e-6)
    #expect(abs(log(10) - 2.302585092994046) < 1e-15)
    #expect(pow(2, 0.5) == 2.0.squareRoot())
    #expect(fmod(7.5, 2) == 1.5 && remainder(7.5, 2) == -0.5)
    #expect(fma(3, 4, 5) == 17)
    var sign: Int32 = 0
    #expect(abs(lgamma_r(-0.5, &sign) - 1.2655121234846454) < 1e-15 && sign == -1)
    var quotient: Int32 = 0
    #expect(remquo(7, 2, &quotient) == -1 && quotient & 7 == 4)
    #expect(abs(jn(2, 1.5) - 0.23208767214421472) < 1e-15)
  }

  @Test func `threads may ask for one at the same time`() async {
    let found = await withTaskGroup(of: Double.self) { group in
      for _ in 1...8 { group.addTask { erf(1) } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(found.count == 8 && found.allSatisfy { abs($0 - 0.8427007929497149) < 1e-15 })
  }
}
