/// What a figure counts.
enum Unit: String, Codable, Sendable {
  case gigabytesPerSecond = "GB/s"
  case nanoseconds = "ns/op"
  case operationsPerSecond = "op/s"
  case microseconds = "µs"
  case milliseconds = "ms"
  case millionNodesPerSecond = "M nodes/s"
  case millionItemsPerSecond = "M (nodes + edges)/s"
  case millionEntriesPerSecond = "M entries/s"
  case bytesPerEdge = "B/edge"
  case bytesPerItem = "B"

  private var isRate: Bool {
    switch self {
    case .gigabytesPerSecond, .operationsPerSecond, .millionNodesPerSecond, .millionItemsPerSecond,
      .millionEntriesPerSecond:
      true
    case .nanoseconds, .microseconds, .milliseconds, .bytesPerEdge, .bytesPerItem: false
    }
  }

  /// The figure of so many items, or operations, that took a time together.
  ///
  /// - Parameters:
  ///   - seconds: The time.
  ///   - items: Bytes for a rate of bytes, what the rate counts for another, else operations.
  /// - Returns: The figure.
  func value(seconds: Double, items: Double) -> Double {
    switch self {
    case .gigabytesPerSecond: items / seconds / 1e9
    case .operationsPerSecond: items / seconds
    case .millionNodesPerSecond, .millionItemsPerSecond, .millionEntriesPerSecond:
      items / seconds / 1e6
    case .nanoseconds: seconds / items * 1e9
    case .microseconds: seconds / items * 1e6
    case .milliseconds: seconds / items * 1e3
    case .bytesPerEdge, .bytesPerItem: items
    }
  }

  /// How many times as good one figure is as another.
  func speedup(_ value: Double, over baseline: Double) -> Double {
    isRate ? value / baseline : baseline / value
  }
}
