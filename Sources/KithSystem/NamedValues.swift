/// A few values by name, in the order in which the names came.
///
/// For what every start reads: a list of a few is searched in no time, whereas the first dictionary of a
/// process makes the runtime look through all conformances of the program.
public struct NamedValues<Value>: ExpressibleByDictionaryLiteral {
  fileprivate struct Named {
    let name: String
    var value: Value
  }
  private var all: [Named] = []

  public init() {}

  public init(dictionaryLiteral elements: (String, Value)...) {
    for (name, value) in elements { self[name] = value }
  }

  public subscript(_ name: String) -> Value? {
    get { all.first { $0.name == name }?.value }
    set {
      let place = all.firstIndex { $0.name == name }
      switch (place, newValue) {
      case (let place?, let value?): all[place].value = value
      case (nil, let value?): all.append(Named(name: name, value: value))
      case (let place?, nil): all.remove(at: place)
      case (nil, nil): break
      }
    }
  }
}

extension NamedValues.Named: Sendable where Value: Sendable {}
extension NamedValues: Sendable where Value: Sendable {}
