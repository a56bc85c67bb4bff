/// Why a graph refused records or could not answer.
public struct GraphError: Error, Sendable, Hashable {
  /// What is wrong.
  @nonexhaustive
  public enum Kind: Sendable, Hashable {
    /// An edge names a node that is neither in the graph nor in the batch.
    case unknownEndpoint(Edge, missing: NodeID)
    /// The relation table does not allow this edge between these kinds of node.
    case relationNotAllowed(Edge, from: NodeKind, to: NodeKind)
    /// An edge would close a cycle: the path from its effect over its cause back to its effect.
    case cycle(Edge, path: [NodeID])
    /// An annotation speaks of a node or edge that is neither in the graph nor in the batch.
    case unknownSubject(RecordID)
    /// A retraction or tombstone has a target that is neither in the graph nor in the batch.
    case unknownTarget(RecordID)
    /// An annotation whose payload was erased cannot come back.
    case erased(RecordID)
    /// A record of a kind that this version does not know can be merged, not inserted.
    case unknownRecordKind(RecordID)
    /// The graph would have more nodes than ``Limits/nodes``.
    case tooManyNodes(limit: Int)
    /// A retracted node can take no further records before its retraction is retracted.
    case retracted(NodeID)
    /// A question about a node that the graph does not have.
    case unknownNode(NodeID)
  }

  /// What is wrong.
  public let kind: Kind
  /// The position in its batch of the record at fault, from 0; `nil` for a question.
  public let recordIndex: Int?

  init(_ kind: Kind, at recordIndex: Int? = nil) {
    self.kind = kind
    self.recordIndex = recordIndex
  }
}

extension GraphError: CustomStringConvertible {
  /// For people.
  public var description: String {
    let place = recordIndex.map { "record \($0) of the batch: " } ?? ""
    switch kind {
    case .unknownEndpoint(let edge, let missing):
      return "\(place)edge \(edge) names node \(missing), which is not recorded"
    case .relationNotAllowed(let edge, let effect, let cause):
      return "\(place)edge \(edge): \(edge.kind) cannot lead from \(effect) to \(cause)"
    case .cycle(let edge, let path):
      let names = path.map { $0.abbreviated() }.joined(separator: " → ")
      return "\(place)edge \(edge) would close the cycle \(names)"
    case .unknownSubject(let id):
      return "\(place)annotation \(id.abbreviated()) speaks of something that is not recorded"
    case .unknownTarget(let id):
      return "\(place)record \(id.abbreviated()) has a target that is not recorded"
    case .erased(let id):
      return "\(place)the payload of record \(id.abbreviated()) was erased and cannot come back"
    case .unknownRecordKind(let id):
      return "\(place)record \(id.abbreviated()) is of a kind that this version does not know"
    case .tooManyNodes(let limit):
      return "\(place)a graph holds at most \(limit) nodes"
    case .retracted(let id):
      return "\(place)node \(id.abbreviated()) is retracted"
    case .unknownNode(let id):
      return "node \(id) is not in the graph"
    }
  }
}
