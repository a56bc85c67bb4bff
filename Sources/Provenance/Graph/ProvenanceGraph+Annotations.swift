/// One annotation as a graph holds it.
public struct AnnotationEntry: Sendable, Hashable {
  /// The record that brought it.
  public let record: RecordID
  /// What it says of what; its body is `nil` once it was erased.
  public let annotation: Annotation
  /// Whether a retraction of it stands.
  public let isRetracted: Bool
  /// From which position on the graph shows it.
  public let position: Position
}

extension ProvenanceGraph {
  /// The current attributes of a node: each key with the value of the greatest event time.
  ///
  /// Attributes whose current value is `null` were withdrawn and are left out. O(its annotations).
  ///
  /// - Parameter node: The node.
  /// - Returns: The attributes; empty for a node that is not in the graph.
  public func attributes(of node: some NodeReference) -> AttributeMap {
    row(of: node.nodeID).map { currentAttributes(of: .node($0)) } ?? AttributeMap()
  }

  /// The current attributes of an edge.
  ///
  /// - Parameter edge: The edge.
  /// - Returns: The attributes; empty for an edge that is not in the graph.
  public func attributes(of edge: Edge) -> AttributeMap {
    guard let key = visibleKey(of: edge) else { return AttributeMap() }
    return currentAttributes(of: .edge(key))
  }

  /// The current value of one attribute of a node.
  ///
  /// - Parameters:
  ///   - key: The attribute's key, byte for byte.
  ///   - node: The node.
  /// - Returns: `nil` where none was recorded or it was withdrawn.
  public func attribute(_ key: String, of node: some NodeReference) -> AttributeValue? {
    row(of: node.nodeID).flatMap { currentAttributes(of: .node($0))[key] }
  }

  /// Everything that was ever said about a node, retracted and erased annotations included, by event
  /// time; those whose time was erased come first.
  ///
  /// - Parameter node: The node.
  /// - Returns: The annotations, oldest first.
  public func history(of node: some NodeReference) -> [AnnotationEntry] {
    row(of: node.nodeID).map { entries(about: .node($0), .node(node.nodeID)) } ?? []
  }

  /// Everything that was ever said about an edge, by event time.
  ///
  /// - Parameter edge: The edge.
  /// - Returns: The annotations, oldest first.
  public func history(of edge: Edge) -> [AnnotationEntry] {
    guard let key = visibleKey(of: edge) else { return [] }
    return entries(about: .edge(key), .edge(edge))
  }

  private func entries(
    about subject: AnnotationTable.Subject, _ name: Annotation.Subject
  ) -> [AnnotationEntry] {
    let table = storage.annotations
    let rows = table.rows(about: subject).filter { table.epochs[$0] <= horizon }
    return rows.sorted { isEarlier($0, $1) }.map { row in
      AnnotationEntry(
        record: table.ids[Int(row)],
        annotation: Annotation(subject: name, body: table.body(row, at: horizon)),
        isRetracted: table.status.status(row, at: horizon) != [],
        position: storage.epochs[Int(table.epochs[Int(row)])].position)
    }
  }

  /// The annotations about a subject that count in this view, in order of arrival.
  func visibleAnnotations(about subject: AnnotationTable.Subject) -> [UInt32] {
    let table = storage.annotations
    return table.rows(about: subject).filter {
      table.epochs[$0] <= horizon && table.status.status($0, at: horizon) == []
    }
  }

  /// By (event time, source, record id): the order that decides what is current.
  private func isEarlier(_ first: UInt32, _ second: UInt32) -> Bool {
    let table = storage.annotations
    switch (table.body(first, at: horizon), table.body(second, at: horizon)) {
    case (let left?, let right?):
      if left.time != right.time { return left.time < right.time }
      if !left.source.utf8.elementsEqual(right.source.utf8) {
        return left.source.utf8.lexicographicallyPrecedes(right.source.utf8)
      }
    case (nil, _?): return true
    case (_?, nil): return false
    case (nil, nil): break
    }
    return table.ids[first] < table.ids[second]
  }

  func currentAttributes(of subject: AnnotationTable.Subject) -> AttributeMap {
    var current = AttributeMap()
    for row in visibleAnnotations(about: subject).sorted(by: { isEarlier($0, $1) }) {
      guard let body = storage.annotations.body(row, at: horizon) else { continue }
      if current.isEmpty {
        current = body.attributes
      } else {
        for (key, value) in body.attributes { current[key] = value }
      }
    }
    let withdrawn = current.filter { $0.value.isNull }.map(\.key)
    for key in withdrawn { current[key] = nil }
    return current
  }
}
