/// Someone who answers questions.
struct Contender {
  var name: String
  /// Answers the question at a place.
  var ask: (_ question: Int) throws -> Void
}

/// A comparison over many questions, in turns: a block of questions to each contender, who goes first
/// changing from block to block.
///
/// A pass times each question by itself, the next one each block as a whole, so that the clock does not
/// weigh on the mean of what takes less than a microsecond. Of each question or block counts the median
/// of its passes: an interruption is the machine's and no question's.
struct Contest {
  var name: String
  var graph: String
  var questions: Int
  var unit = Unit.microseconds
  /// What the row's figure is.
  var headline = Headline.median
  var block = 10
  /// About how long to measure, in seconds.
  var budget = 4.0

  enum Headline {
    case median
    case mean
  }
}

extension Contest {
  /// The fewest questions that say something.
  private static let fewestQuestions = 20
  private static let mostPasses = 9

  /// Measures ours and baselines.
  ///
  /// - Returns: A row for each baseline, or one without.
  func run(_ ours: Contender, _ baselines: [Contender]) throws -> [Row] {
    try check(questions > 0, "\(name): there are no questions about \(graph)")
    let contenders = [ours] + baselines
    var records = contenders.map { _ in Record() }
    let deadline = Clock.nanoseconds + UInt64(budget * 1e9)
    var asked = questions
    for pass in 0..<Self.mostPasses * 2 {
      for record in records.indices { records[record].beginPass(eachAlone: pass.isMultiple(of: 2)) }
      for (turn, first) in stride(from: 0, to: asked, by: block).enumerated() {
        let places = first..<min(first + block, asked)
        for step in contenders.indices {
          let next = (turn + step) % contenders.count
          try records[next].time(contenders[next], places, eachAlone: pass.isMultiple(of: 2))
        }
        if pass == 0, Clock.nanoseconds > deadline, places.upperBound >= Self.fewestQuestions {
          // Too slow for all questions: the rest is not asked.
          asked = places.upperBound
        }
        if first + block >= asked { break }
      }
      if Clock.nanoseconds > deadline, !pass.isMultiple(of: 2) { break }
    }
    let spreads = records.map { $0.spread(in: unit) }
    let values = spreads.map { headline == .median ? $0.median : $0.mean }
    if baselines.isEmpty {
      return [Row(name: name, graph: graph, unit: unit, value: values[0], spread: spreads[0])]
    }
    return baselines.indices.map { index in
      Row(
        name: name, graph: graph, unit: unit, value: values[0], baseline: baselines[index].name,
        baselineValue: values[index + 1],
        ratio: unit.speedup(values[0], over: values[index + 1]), spread: spreads[0],
        baselineSpread: spreads[index + 1])
    }
  }
}

/// The times of one contender, in seconds.
private struct Record {
  /// One array a pass, of the time of each question.
  var questions: [[Double]] = []
  /// One array a pass, of the time of each block.
  var blocks: [[Double]] = []
  var asked = 0

  mutating func beginPass(eachAlone: Bool) {
    asked = 0
    if eachAlone { questions.append([]) } else { blocks.append([]) }
  }

  mutating func time(_ contender: Contender, _ places: Range<Int>, eachAlone: Bool) throws {
    asked += places.count
    if !eachAlone {
      let seconds = try Clock.seconds { for place in places { try contender.ask(place) } }
      blocks[blocks.count - 1].append(seconds)
      return
    }
    for place in places {
      let seconds = try Clock.seconds { try contender.ask(place) }
      questions[questions.count - 1].append(seconds)
    }
  }

  func spread(in unit: Unit) -> Spread {
    func median(of passes: [[Double]]) -> [Double] {
      let count = passes.map(\.count).min() ?? 0
      return (0..<count).map { place in passes.map { $0[place] }.median }
    }
    let single = median(of: questions)
    return Spread(
      mean: unit.value(seconds: median(of: blocks).reduce(0, +), items: Double(asked)),
      median: unit.value(seconds: single.median, items: 1),
      p99: unit.value(seconds: single.quantile(0.99), items: 1))
  }
}
