import Glibc

extension BuyingPatterns {
  /// The parameters of maximum likelihood: the quasi-Newton method of Broyden, Fletcher, Goldfarb and
  /// Shanno (Nocedal and Wright, Numerical Optimization, algorithm 6.1) over their logarithms, from
  /// several starts over some of the customers, the best of which is followed to the end over all. Nil
  /// where there is no customer.
  func fitted() -> BetaGeometric? {
    guard !patterns.isEmpty else { return nil }
    let starts = [[0.0, 1, 0, 0], [-1.5, 1.5, -0.2, 0.9], [0, 3, -1, 1], [-0.5, 0, -1.5, 0.5]]
    let sample = sampled(BuyingPatterns.sampleSize)
    let ends = starts.map { sample.climb(from: Summit(point: $0), until: 1e-6) }
    return ends.max { $0.value < $1.value }
      .map { BetaGeometric(logarithms: climb(from: $0, until: 1e-11).point) }
  }

  /// Enough customers that all of them have their summit near.
  private static let sampleSize = 8192

  private struct Summit {
    var value = -Double.infinity
    var point: [Double]
    /// What is known of how the slopes bend there.
    var inverse = SquareMatrix.identity(4)
  }

  /// Climbs until no slope is steeper than `flat`.
  private func climb(from start: Summit, until flat: Double) -> Summit {
    let scale = customers
    // The least of −ln L by customer, and its slopes by the logarithms.
    func function(_ point: [Double]) -> (value: Double, slopes: [Double]) {
      let model = BetaGeometric(logarithms: point)
      let (value, slopes) = logLikelihood(model)
      let factors = [model.r, model.alpha, model.a, model.b]
      return (-value / scale, zip(slopes, factors).map { -$0 * $1 / scale })
    }
    var (point, inverse) = (start.point, start.inverse)
    var (value, slopes) = function(point)
    for _ in 0..<500 {
      var direction = inverse.times(slopes).map { -$0 }
      if dot(direction, slopes) >= 0 {
        inverse = .identity(4)
        direction = slopes.map { -$0 }
      }
      let longest = direction.map(abs).max() ?? 0
      var step = longest > 2 ? 2 / longest : 1
      var next = function(moved(point, direction, step))
      let slope = dot(direction, slopes)
      // Near the top the value's last digits are noise, and the slopes tell more.
      func isBetter() -> Bool {
        next.value <= value + 1e-4 * step * slope
          || abs(next.value - value) <= 1e-13 * abs(value)
            && steepest(next.slopes) < steepest(slopes)
      }
      while !isBetter(), step > 1e-12 {
        step /= 2
        next = function(moved(point, direction, step))
      }
      guard step > 1e-12 else { break }
      let change = direction.map { $0 * step }
      let bend = zip(next.slopes, slopes).map { $0 - $1 }
      point = moved(point, direction, step)
      (value, slopes) = next
      inverse.update(change, bend)
      if steepest(slopes) < flat { break }
    }
    return Summit(value: -value, point: point, inverse: inverse)
  }

  private func moved(_ point: [Double], _ direction: [Double], _ step: Double) -> [Double] {
    zip(point, direction).map { min(max($0 + step * $1, -14), 14) }
  }
}

extension BetaGeometric {
  /// From the logarithms of r, alpha, a and b.
  fileprivate init(logarithms: [Double]) {
    let values = logarithms.map { exp($0) }
    self.init(r: values[0], alpha: values[1], a: values[2], b: values[3])
  }

  /// Whether the fit ran to the end of where it searched, so that the data does not say what a parameter
  /// is.
  var isAtBoundary: Bool { [r, alpha, a, b].contains { abs(log($0)) > 13.9 } }
}

private func steepest(_ slopes: [Double]) -> Double { slopes.map(abs).max() ?? 0 }

private func dot(_ left: [Double], _ right: [Double]) -> Double {
  zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
}

/// The estimate of an inverse Hessian.
private struct SquareMatrix {
  var rows: [[Double]]

  static func identity(_ size: Int) -> SquareMatrix {
    SquareMatrix(
      rows: (0..<size).map { row in (0..<size).map { $0 == row ? 1 : 0 } })
  }

  func times(_ vector: [Double]) -> [Double] { rows.map { dot($0, vector) } }

  /// (I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ, ρ = 1 / yᵀs.
  mutating func update(_ s: [Double], _ y: [Double]) {
    let product = dot(y, s)
    guard product > 1e-300 else { return }
    let hy = times(y)
    let factor = (1 + dot(y, hy) / product) / product
    for row in rows.indices {
      for column in rows.indices {
        rows[row][column] +=
          factor * s[row] * s[column] - (hy[row] * s[column] + s[row] * hy[column]) / product
      }
    }
  }
}
