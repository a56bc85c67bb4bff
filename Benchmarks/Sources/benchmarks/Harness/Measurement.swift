/// Does something a number of times; the loop is inside, so that a call costs nothing.
typealias Work = (_ operations: Int) -> Void

/// What ours is measured beside.
struct Baseline {
  var name: String
  var work: Work
}

/// A comparison of two ways to do the same, round by round in turns.
///
/// Turns, because a shared machine slows down for seconds at a time: both then lose alike. Medians,
/// because a round that was interrupted says nothing.
struct Measurement {
  var name: String
  var unit: Unit
  /// What one operation counts for in the unit: bytes, for a rate of bytes.
  var items = 1
  /// An odd number, so that the median is one of the rounds.
  var rounds = 41
}

extension Measurement {
  /// How long a round must last for the clock and an interruption to matter little.
  private static let shortestRound = 0.01

  /// Measures ours, in turns with a baseline where there is one.
  func compare(_ ours: Work, with baseline: Baseline?) -> Row {
    let operations = calibrate(ours)
    let baselineOperations = baseline.map { calibrate($0.work) } ?? 0
    var times: [Double] = []
    var baselineTimes: [Double] = []
    for _ in 0..<rounds {
      times.append(Clock.seconds { ours(operations) })
      if let baseline { baselineTimes.append(Clock.seconds { baseline.work(baselineOperations) }) }
    }
    let value = unit.value(seconds: times.median, items: Double(operations * items))
    let baselineValue = baseline.map { _ in
      unit.value(seconds: baselineTimes.median, items: Double(baselineOperations * items))
    }
    return Row(
      name: name, unit: unit, value: value, baseline: baseline?.name,
      baselineValue: baselineValue, ratio: baselineValue.map { unit.speedup(value, over: $0) })
  }

  /// The number of operations that fill a round; warms up on the way.
  private func calibrate(_ work: Work) -> Int {
    var operations = 1
    while Clock.seconds({ work(operations) }) < Self.shortestRound { operations *= 2 }
    return operations
  }
}
