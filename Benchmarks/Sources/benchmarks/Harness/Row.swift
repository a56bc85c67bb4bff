/// One measured figure, beside the same figure of a baseline.
struct Row: Codable, Sendable {
  /// The benchmark, by dotted name.
  var name: String
  /// The graph that it ran on; "-" where there is none.
  var graph: String
  var unit: Unit
  /// The median of the rounds.
  var value: Double
  /// What ran in turns with ours; `nil` where this machine has no baseline.
  var baseline: String?
  var baselineValue: Double?
  /// How many times as fast as the baseline, whether the unit is a rate or a time.
  var ratio: Double?
}

extension Row {
  /// Writes every key: one without a value is null, never absent.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(graph, forKey: .graph)
    try container.encode(unit, forKey: .unit)
    try container.encode(value, forKey: .value)
    try container.encode(baseline, forKey: .baseline)
    try container.encode(baselineValue, forKey: .baselineValue)
    try container.encode(ratio, forKey: .ratio)
  }
}

/// What a figure counts.
enum Unit: String, Codable, Sendable {
  case gigabytesPerSecond = "GB/s"
  case nanoseconds = "ns/op"
  case operationsPerSecond = "op/s"

  /// The figure of operations that took a time together, each of them on so many bytes.
  func value(seconds: Double, operations: Int, bytes: Int) -> Double {
    switch self {
    case .gigabytesPerSecond: Double(operations) * Double(bytes) / seconds / 1e9
    case .nanoseconds: seconds / Double(operations) * 1e9
    case .operationsPerSecond: Double(operations) / seconds
    }
  }

  /// How many times as fast one figure is as another.
  func speedup(_ value: Double, over baseline: Double) -> Double {
    switch self {
    case .gigabytesPerSecond, .operationsPerSecond: value / baseline
    case .nanoseconds: baseline / value
    }
  }
}
