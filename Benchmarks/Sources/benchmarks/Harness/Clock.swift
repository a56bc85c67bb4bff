import Baselines

/// A monotonic clock that costs little: a question may take less than a microsecond.
enum Clock {
  @inline(__always)
  static var nanoseconds: UInt64 { baseline_now() }

  static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = nanoseconds
    try body()
    return Double(nanoseconds - start) * 1e-9
  }
}

extension [Double] {
  /// The middle one in order, the upper of two; of nothing, not a number.
  var median: Double { quantile(0.5) }

  var mean: Double { reduce(0, +) / Double(count) }

  /// The one that a share of all are not above.
  func quantile(_ share: Double) -> Double {
    if isEmpty { return .nan }
    return sorted()[Swift.min(Int(share * Double(count)), count - 1)]
  }
}
