import Foundation

/// One panel: lines over the size of a graph.
struct Chart {
  struct Point {
    var nodes: Double
    var value: Double

    init(_ nodes: Int, _ value: Double) {
      self.nodes = Double(nodes)
      self.value = value
    }
  }

  struct Line {
    var name: String
    var points: [Point]
  }

  enum Unit {
    case seconds
  }

  var title: String
  var unit: Unit
  var lines: [Line] = []

  mutating func add(_ point: Point, to name: String) {
    if let place = lines.firstIndex(where: { $0.name == name }) {
      lines[place].points.append(point)
    } else {
      lines.append(Line(name: name, points: [point]))
    }
  }
}

extension Chart {
  var nodes: [Double] { lines.flatMap { $0.points.map(\.nodes) } }
  var values: [Double] { lines.flatMap { $0.points.map(\.value) } }

  /// `300 ns`, `10 µs`: a power of ten as people read it.
  static func label(seconds: Double) -> String {
    let steps: [(Double, String)] = [(1, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")]
    let (size, name) = steps.first { seconds >= $0.0 * 0.999 } ?? (1e-9, "ns")
    return String(format: "%g %@", (seconds / size * 1000).rounded() / 1000, name)
  }

  static func label(nodes: Double) -> String {
    nodes >= 1e6 ? "\(Int(nodes / 1e6)) M" : "\(Int(nodes / 1e3)) k"
  }
}

/// A logarithmic axis from one power of ten to another.
struct LogAxis {
  let exponents: ClosedRange<Int>
  let start: Double
  let end: Double

  /// An axis that holds some values.
  init(_ values: [Double], from start: Double, to end: Double) {
    let low = Int(log10(values.min() ?? 1).rounded(.down))
    let high = Int(log10(values.max() ?? 10).rounded(.up))
    exponents = low...max(high, low + 1)
    self.start = start
    self.end = end
  }

  func place(_ value: Double) -> Double {
    let share =
      (log10(value) - Double(exponents.lowerBound))
      / Double(exponents.upperBound - exponents.lowerBound)
    return start + (end - start) * share
  }
}
