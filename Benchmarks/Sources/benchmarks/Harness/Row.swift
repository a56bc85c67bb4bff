/// One measured figure, beside the same figure of a baseline.
struct Row: Codable, Sendable {
  /// The benchmark, by dotted name.
  var name: String
  /// The graph that it ran on; "-" where there is none.
  var graph = "-"
  var unit: Unit
  /// The figure: of questions the median or the mean, as the name says; of rounds the median.
  var value: Double
  /// What ran in turns with ours; `nil` where this machine has no baseline.
  var baseline: String?
  var baselineValue: Double?
  /// How many times as fast or as small as the baseline, whether the unit is a rate, a time or a size.
  var ratio: Double?
  /// Of the questions, in the row's unit; `nil` where the figure is not about questions.
  var spread: Spread?
  var baselineSpread: Spread?
}

/// How figures are spread over questions.
struct Spread: Codable, Sendable {
  var mean: Double
  var median: Double
  var p99: Double
}

extension Row {
  private enum CodingKeys: String, CodingKey {
    case name, graph, unit, value, baseline, baselineValue, ratio
    case mean, median, p99, baselineMean, baselineMedian, baselineP99
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func spread(_ mean: CodingKeys, _ median: CodingKeys, _ p99: CodingKeys) throws -> Spread? {
      guard let mean = try container.decodeIfPresent(Double.self, forKey: mean) else { return nil }
      return Spread(
        mean: mean, median: try container.decode(Double.self, forKey: median),
        p99: try container.decode(Double.self, forKey: p99))
    }
    name = try container.decode(String.self, forKey: .name)
    graph = try container.decode(String.self, forKey: .graph)
    unit = try container.decode(Unit.self, forKey: .unit)
    value = try container.decode(Double.self, forKey: .value)
    baseline = try container.decodeIfPresent(String.self, forKey: .baseline)
    baselineValue = try container.decodeIfPresent(Double.self, forKey: .baselineValue)
    ratio = try container.decodeIfPresent(Double.self, forKey: .ratio)
    self.spread = try spread(.mean, .median, .p99)
    baselineSpread = try spread(.baselineMean, .baselineMedian, .baselineP99)
  }

  /// Writes every key that all rows have: one without a value is null, never absent.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(graph, forKey: .graph)
    try container.encode(unit, forKey: .unit)
    try container.encode(value, forKey: .value)
    try container.encode(baseline, forKey: .baseline)
    try container.encode(baselineValue, forKey: .baselineValue)
    try container.encode(ratio, forKey: .ratio)
    try container.encodeIfPresent(spread?.mean, forKey: .mean)
    try container.encodeIfPresent(spread?.median, forKey: .median)
    try container.encodeIfPresent(spread?.p99, forKey: .p99)
    try container.encodeIfPresent(baselineSpread?.mean, forKey: .baselineMean)
    try container.encodeIfPresent(baselineSpread?.median, forKey: .baselineMedian)
    try container.encodeIfPresent(baselineSpread?.p99, forKey: .baselineP99)
  }
}
