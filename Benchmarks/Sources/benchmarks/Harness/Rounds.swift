/// A comparison of work too long to repeat within a round: each contender does it once a round.
struct Rounds {
  /// Who does the work, and says how many seconds of it count.
  struct Contender {
    var name: String
    var work: () throws -> Double
  }

  var name: String
  var graph: String
  var unit: Unit
  /// What the work counts for in the unit.
  var items: Double
  var budget = 4.0
  var most = 9

  /// Measures ours and baselines in turns.
  ///
  /// - Returns: A row for each baseline.
  func run(_ ours: Contender, _ baselines: [Contender]) throws -> [Row] {
    let contenders = [ours] + baselines
    var times = contenders.map { _ in [Double]() }
    let deadline = Clock.nanoseconds + UInt64(budget * 1e9)
    for round in 0..<most {
      if round > 0, Clock.nanoseconds > deadline { break }
      for step in contenders.indices {
        let next = (round + step) % contenders.count
        times[next].append(try contenders[next].work())
      }
    }
    let values = times.map { unit.value(seconds: $0.median, items: items) }
    return baselines.indices.map {
      Row(
        name: name, graph: graph, unit: unit, value: values[0], baseline: baselines[$0].name,
        baselineValue: values[$0 + 1], ratio: unit.speedup(values[0], over: values[$0 + 1]))
    }
  }
}
