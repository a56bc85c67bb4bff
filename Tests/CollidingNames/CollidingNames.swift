// What a training service may have in its own code: the plain words that this library uses too.

/// A machine-learning model of the client.
public struct Model: Sendable, Hashable {
  /// The layers.
  public var layers: Int
  /// Makes a model.
  public init(layers: Int) { self.layers = layers }
}

/// Where the client is deployed.
public enum Environment: String, Sendable {
  /// For customers.
  case production
  /// For rehearsals.
  case staging
}

/// A status code of the client.
public enum Code: Int, Sendable {
  /// It went well.
  case success = 0
}

/// Rows of the client.
public struct Dataset: Sendable {
  /// The rows.
  public var rows: [[Double]]
  /// Makes a dataset.
  public init(rows: [[Double]]) { self.rows = rows }
}

/// A run of the client's scheduler.
public struct Run: Sendable {
  /// The number.
  public var number: Int
  /// Makes a run.
  public init(number: Int) { self.number = number }
}

/// A node of the client's cluster.
public struct Node: Sendable {
  /// The host.
  public var host: String
  /// Makes a node.
  public init(host: String) { self.host = host }
}

/// An edge of the client's compute graph.
public struct Edge: Sendable {
  /// The weight.
  public var weight: Double
  /// Makes an edge.
  public init(weight: Double) { self.weight = weight }
}

/// A record of the client's database.
public struct Record: Sendable {
  /// The key.
  public var key: String
  /// Makes a record.
  public init(key: String) { self.key = key }
}
