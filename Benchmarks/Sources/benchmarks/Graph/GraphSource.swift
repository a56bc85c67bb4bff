import Provenance

/// Where a graph comes from, and how it arrives.
struct GraphSource: Hashable, Sendable {
  enum Shape: Hashable, Sendable {
    /// A generated pipeline, with a likelihood of inputs from anywhere.
    case pipeline(nodes: Int, cross: Double)
    case directory(String)
  }

  var shape: Shape
  var arrival = Arrival.Style.orderly
}

extension GraphSource {
  /// The likelihood at which lineage percolates: nearly everything descends from nearly everything.
  static let percolated = 0.05
  private static let ordinary = 0.0005

  static func pipeline(_ nodes: Int, arrival: Arrival.Style = .orderly) -> GraphSource {
    GraphSource(shape: .pipeline(nodes: nodes, cross: ordinary), arrival: arrival)
  }

  static func percolated(_ nodes: Int) -> GraphSource {
    GraphSource(shape: .pipeline(nodes: nodes, cross: percolated))
  }

  /// How rows call it.
  var name: String {
    let shapeName =
      switch shape {
      case .pipeline(let nodes, let cross):
        "\(cross == Self.percolated ? "percolated" : "pipeline")-\(shortCount(nodes))"
      case .directory(let path): GraphDirectory(path).name
      }
    return switch arrival {
    case .orderly: shapeName
    case .late(let share): "\(shapeName)-late\(Int((share * 100).rounded()))"
    case .openRuns: "\(shapeName)-open"
    }
  }

  func arrays() throws -> GraphArrays {
    switch shape {
    case .pipeline(let nodes, let cross): Pipeline.graph(named: name, nodes: nodes, cross: cross)
    case .directory(let path): try GraphDirectory(path).graph()
    }
  }

  /// The questions that come with a graph, or drawn ones: by default fewer where the simple search is
  /// slow.
  func questions(about graph: GraphArrays, _ amount: Questions.Amount?) throws -> Questions {
    switch shape {
    case .pipeline(let nodes, let cross):
      let isLarge = nodes > 3_000_000 || cross == Self.percolated
      let suitable =
        isLarge
        ? Questions.Amount(nodes: 200, pairNodes: 50, pairsPerNode: 100, paths: 100)
        : Questions.Amount()
      return Questions(about: graph, amount ?? suitable)
    case .directory(let path): return try GraphDirectory(path).questions(about: graph)
    }
  }
}
