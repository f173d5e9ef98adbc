import Glibc

/// ln x, for rooms' files that need nothing else of libm.
func logarithm(_ x: Double) -> Double { log(x) }

func exponential(_ x: Double) -> Double { exp(x) }
