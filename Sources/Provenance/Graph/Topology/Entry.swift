/// A node's number in order of arrival, from 0.
///
/// Good for one graph in memory and its copies: ids are for everything else.
public typealias NodeIndex = UInt32

/// A node's place in the order of its topology, private to a graph value: causes before effects,
/// except along late edges.
typealias Vertex = UInt32
/// A number that counts the batches that a graph took in; 0 is before the first.
typealias Epoch = UInt32

/// One end of an edge as adjacency lists hold it: the vertex at the other end in the low 28 bits, the
/// edge's kind above.
typealias Entry = UInt32

extension Entry {
  static var vertexMask: UInt32 { 0x0FFF_FFFF }

  @inline(__always)
  init(_ vertex: Vertex, _ kind: EdgeKind) { self = vertex | UInt32(kind.rawValue) << 28 }

  @inline(__always)
  var vertex: Vertex { self & Self.vertexMask }

  @inline(__always)
  var kind: EdgeKind {
    guard let kind = EdgeKind(rawValue: UInt8(self >> 28)) else {
      preconditionFailure("an entry holds an edge kind")
    }
    return kind
  }
}

/// An edge, by the vertices of its ends.
struct EdgeRef: Sendable, Hashable {
  var effect: Vertex
  var cause: Vertex
  var kind: EdgeKind
  /// The number of its role; ``noRole`` without one.
  var role: UInt32

  static var noRole: UInt32 { .max }
}

/// An edge, by the rows of its ends: as long-lived tables name it.
struct EdgeKey: Sendable, Hashable {
  var effect: NodeIndex
  var cause: NodeIndex
  var kind: EdgeKind
  /// The number of its role; ``EdgeRef/noRole`` without one.
  var role: UInt32
}
