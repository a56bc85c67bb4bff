/// A field of a dataset, of a model or of another node: a column, a feature, a nested field.
///
/// A field has no record of its own. It exists for lineage where a mapping names it.
public struct Field: Sendable, Hashable {
  /// The node that has the field.
  public let node: NodeID
  /// Where in the node it lies.
  public let path: FieldPath

  /// Names a field, or a whole node where a field is expected.
  ///
  /// - Parameters:
  ///   - node: The node that has the field.
  ///   - path: Where in the node it lies.
  public init(_ node: some NodeReference, _ path: FieldPath = .whole) {
    self.node = node.nodeID
    self.path = path
  }

  /// Names a field that lies in no other, such as a column.
  ///
  /// - Parameters:
  ///   - node: The node that has the field.
  ///   - name: The field's name; not empty, at most ``Limits/nameBytes`` bytes.
  /// - Throws: ``FieldError``.
  public init(_ node: some NodeReference, _ name: String) throws(FieldError) {
    self.init(node, try FieldPath(name))
  }
}

extension Field: Comparable {
  /// Orders fields by node id, then by path.
  public static func < (lhs: Self, rhs: Self) -> Bool {
    lhs.node != rhs.node ? lhs.node < rhs.node : lhs.path < rhs.path
  }
}

extension Field: CustomStringConvertible {
  /// For people, with the node's abbreviated id: `3f2a… .total`.
  public var description: String { "\(node.abbreviated()).\(path)" }
}
