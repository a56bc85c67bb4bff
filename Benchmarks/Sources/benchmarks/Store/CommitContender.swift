/// Somebody who commits runs with their inputs durably.
protocol CommitContender: AnyObject {
  var name: String { get }

  /// Gets ready for runs; not timed.
  func prepare(_ runs: Range<Int>, _ causes: [UInt32]) throws

  /// Commits the runs, and returns when they are on the device.
  func commit() throws

  /// Closes, opens again, and throws unless all the runs and their edges are there.
  func verify(runs: Int) throws
}

/// Commits in turns: a block of commits to one contender, then to the next, another one first each
/// time, so that a device that slows down does so for all.
struct CommitRace {
  var name: String
  var fileSystem: String
  var runsPerCommit: Int
  var commitsPerBlock: Int
  var unit: Unit
  /// What a commit counts for in the unit.
  var items = 1.0
  var budget: Double
  var mostCommits = 20_000
}

extension CommitRace {
  /// The fewest blocks that say something.
  private static let fewestBlocks = 3

  /// Measures ours and baselines; then all open what they have written again, and it is counted.
  func run(
    _ ours: any CommitContender, _ baselines: [any CommitContender], _ workload: RunWorkload
  ) throws -> [Row] {
    let contenders = [ours] + baselines
    var times = contenders.map { _ in [Double]() }
    let deadline = Clock.nanoseconds + UInt64(budget * 1e9)
    var committed = 0
    var block = 0
    while block < Self.fewestBlocks
      || (Clock.nanoseconds < deadline && times[0].count < mostCommits)
    {
      for step in contenders.indices {
        let index = (block + step) % contenders.count
        var first = committed
        for _ in 0..<commitsPerBlock {
          let runs = first..<first + runsPerCommit
          try contenders[index].prepare(runs, workload.causes(of: runs))
          times[index].append(try Clock.seconds { try contenders[index].commit() })
          first = runs.upperBound
        }
      }
      committed += commitsPerBlock * runsPerCommit
      block += 1
    }
    for contender in contenders { try contender.verify(runs: committed) }
    let spreads = times.map { times in
      Spread(
        mean: unit.value(seconds: times.mean, items: items),
        median: unit.value(seconds: times.median, items: items),
        p99: unit.value(seconds: times.quantile(0.99), items: items))
    }
    return baselines.indices.map { index in
      let (value, other) = (spreads[0].median, spreads[index + 1].median)
      return Row(
        name: name, graph: fileSystem, unit: unit, value: value,
        baseline: baselines[index].name, baselineValue: other,
        ratio: unit.speedup(value, over: other), spread: spreads[0],
        baselineSpread: spreads[index + 1])
    }
  }
}
