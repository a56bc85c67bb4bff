/// The annotations of a graph, one row each in order of arrival, listed by subject.
struct AnnotationTable: Sendable {
  /// What an annotation's row speaks of.
  enum Subject: Hashable, Sendable {
    case node(NodeIndex)
    case edge(EdgeKey)
  }

  private(set) var ids = Column<RecordID>()
  /// By id, the row.
  private var index = HashIndex()
  /// The node, or the number of the edge and ``edgeFlag``.
  private(set) var subjects = Column<UInt32>()
  private(set) var edges = AnnotatedEdges()
  private var bodies = BodyColumn()
  /// When those that arrived without their body got it.
  private var restored: [UInt32: Epoch] = [:]
  private(set) var epochs = Column<Epoch>()
  var status = StatusHistory<UInt32>()
  /// By node, and by annotated edge, the rows about it.
  private var rowsByNode = ChainTable()
  private var rowsByEdge = ChainTable()
  /// By link of the two, the row.
  private var nodeRows = Column<UInt32>()
  private var edgeRows = Column<UInt32>()
  private(set) var contents = ContentIndex()

  private static var edgeFlag: UInt32 { 1 << 31 }

  var count: Int { ids.count }

  /// The bytes of the table, without what bodies hold on the heap.
  var byteCount: Int {
    ids.byteCount + index.byteCount + subjects.byteCount + edges.byteCount + bodies.byteCount
      + epochs.byteCount + rowsByNode.byteCount + rowsByEdge.byteCount + nodeRows.byteCount
      + edgeRows.byteCount + contents.byteCount
  }

  /// The row of a record.
  ///
  /// Expected O(1).
  func row(of id: RecordID) -> UInt32? {
    index.find(id.digest.w0) { ids[$0] == id }
  }

  /// What a row is about.
  func subject(of row: UInt32) -> Subject {
    let number = subjects[row]
    return number & Self.edgeFlag == 0 ? .node(number) : .edge(edges[number & ~Self.edgeFlag])
  }

  /// The rows about a subject, in order of arrival.
  func rows(about subject: Subject) -> [UInt32] {
    switch subject {
    case .node(let row): rowsByNode.links(of: row).map { nodeRows[$0] }
    case .edge(let key):
      edges.number(of: key).map { rowsByEdge.links(of: $0).map { edgeRows[$0] } } ?? []
    }
  }

  /// What a row says as of an epoch; `nil` where it was erased or had not arrived.
  func body(_ row: UInt32, at horizon: Epoch) -> Annotation.Body? {
    if !restored.isEmpty, let epoch = restored[row], epoch > horizon { return nil }
    return bodies[row]
  }

  mutating func append(
    _ id: RecordID, about subject: Subject, _ body: Annotation.Body?, _ status: Status,
    epoch: Epoch
  ) -> UInt32 {
    let row = UInt32(ids.count)
    let ids = ids
    index.append(id.digest.w0) { ids[$0].digest.w0 }
    self.ids.append(id)
    bodies.append(body)
    epochs.append(epoch)
    if status != [] { self.status.set(row, status, at: epoch) }
    switch subject {
    case .node(let node):
      subjects.append(node)
      rowsByNode.addHeads(upTo: Int(node) + 1)
      rowsByNode.prepend(to: node)
      nodeRows.append(row)
    case .edge(let key):
      let edge = edges.intern(key)
      subjects.append(edge | Self.edgeFlag)
      rowsByEdge.addHeads(upTo: edges.count)
      rowsByEdge.prepend(to: edge)
      edgeRows.append(row)
    }
    noteContent(of: row, at: epoch)
    return row
  }

  /// Drops what an annotation says, at every position.
  ///
  /// O(n).
  mutating func erase(_ row: UInt32) {
    if bodies[row] != nil { bodies.replace(row, with: nil) }
  }

  /// Gives an annotation that arrived without its body the body that arrived later.
  ///
  /// O(n).
  mutating func restore(_ row: UInt32, _ body: Annotation.Body, at epoch: Epoch) {
    bodies.replace(row, with: body)
    restored[row] = epoch
    noteContent(of: row, at: epoch)
  }

  private mutating func noteContent(of row: UInt32, at epoch: Epoch) {
    guard case .node(let node) = subject(of: row), let digest = contentDigest(row, at: epoch)
    else { return }
    contents.append(digest, node)
  }

  /// The content digest that a row states as of an epoch.
  func contentDigest(_ row: UInt32, at horizon: Epoch) -> SHA256Digest? {
    let attributes = body(row, at: horizon)?.attributes
    guard case .bytes(let bytes)? = attributes?[AttributeKey.contentDigest] else { return nil }
    return SHA256Digest(bytes: bytes)
  }

  /// A table of its own with what had arrived by an epoch.
  func fork(at epoch: Epoch) -> AnnotationTable {
    var copy = AnnotationTable()
    for row in 0..<UInt32(count) where epochs[row] <= epoch {
      _ = copy.append(
        ids[row], about: subject(of: row), body(row, at: epoch), [], epoch: epochs[row])
    }
    copy.status = status
    copy.status.rewind(to: epoch)
    copy.restored = restored.filter { $0.value <= epoch }
    return copy
  }
}

/// The edges that were annotated, numbered in that order.
///
/// 16 bytes an edge and its index.
struct AnnotatedEdges: Sendable {
  private struct Key: Sendable, Equatable {
    var effect: NodeIndex
    var cause: NodeIndex
    var kind: UInt32
    var role: UInt32

    init(_ key: EdgeKey) {
      effect = key.effect
      cause = key.cause
      kind = UInt32(key.kind.rawValue)
      role = key.role
    }

    func hash(_ hash: SipHash) -> UInt64 { hash.hash(effect, cause, kind, role) }
  }

  private let key: SipHash
  private var keys: Column<Key>
  private var index: HashIndex

  init(key: SipHash = SipHash()) {
    self.key = key
    keys = Column()
    index = HashIndex()
  }

  var count: Int { keys.count }
  var byteCount: Int { keys.byteCount + index.byteCount }

  subscript(number: UInt32) -> EdgeKey {
    let key = keys[number]
    return EdgeKey(
      effect: key.effect, cause: key.cause,
      kind: EdgeKind(rawValue: UInt8(truncatingIfNeeded: key.kind)) ?? .used, role: key.role)
  }

  /// The number of an edge, if it has one.
  func number(of edge: EdgeKey) -> UInt32? {
    let wanted = Key(edge)
    return index.find(wanted.hash(key)) { keys[$0] == wanted }
  }

  /// The number of an edge, given to it now if it has none.
  mutating func intern(_ edge: EdgeKey) -> UInt32 {
    if let number = number(of: edge) { return number }
    let (keys, key) = (keys, key)
    index.append(Key(edge).hash(key)) { keys[$0].hash(key) }
    self.keys.append(Key(edge))
    return UInt32(keys.count)
  }
}

// MARK: - Stored

extension AnnotationTable {
  init(_ source: ImageSource, _ scalars: ImageScalars) throws(ImageError) {
    let count = Int(scalars.annotations)
    ids = try source.column(.annotationIDs, count: count)
    index = try source.index(.annotationIndex, count: count)
    subjects = try source.column(.annotationSubjects, count: count)
    edges = try AnnotatedEdges(source, key: scalars.key)
    bodies = try BodyColumn(source)
    epochs = try source.column(.annotationEpochs, count: count)
    nodeRows = try source.column(.annotationNodeRows)
    edgeRows = try source.column(.annotationEdgeRows)
    rowsByNode = try source.chains(
      heads: .annotationNodeHeads, links: .annotationNodeLinks, count: nodeRows.count)
    rowsByEdge = try source.chains(
      heads: .annotationEdgeHeads, links: .annotationEdgeLinks, count: edgeRows.count)
    contents = try ContentIndex(
      prefixes: .annotationContentPrefixes, rows: .annotationContentRows,
      index: .annotationContentIndex, source)
    guard bodies.count == count, nodeRows.count + edgeRows.count == count,
      rowsByEdge.headCount == edges.count
    else { throw ImageError(.annotationIDs, "does not fit the others") }
  }

  func write(key: SipHash, _ sink: ImageSink) {
    sink.add(.annotationIDs, ids)
    sink.add(.annotationIndex, HashIndex(count: count) { ids[$0].digest.w0 })
    sink.add(.annotationSubjects, subjects)
    edges.write(key: key, sink)
    bodies.write(sink)
    sink.add(.annotationEpochs, epochs)
    sink.add(.annotationNodeRows, nodeRows)
    sink.add(.annotationEdgeRows, edgeRows)
    sink.add(heads: .annotationNodeHeads, links: .annotationNodeLinks, rowsByNode)
    sink.add(heads: .annotationEdgeHeads, links: .annotationEdgeLinks, rowsByEdge)
    contents.write(
      prefixes: .annotationContentPrefixes, rows: .annotationContentRows,
      index: .annotationContentIndex, sink)
  }

  /// When those that arrived without their body got it, by row.
  var storedRestorations: [(row: UInt32, epoch: Epoch)] {
    restored.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  mutating func restoreRestoration(_ row: UInt32, _ epoch: Epoch) { restored[row] = epoch }
}

extension AnnotatedEdges {
  fileprivate init(_ source: ImageSource, key: SipHash) throws(ImageError) {
    self.key = key
    keys = try source.column(.annotatedEdges)
    index = try source.index(.annotatedEdgeIndex, count: keys.count)
  }

  fileprivate func write(key: SipHash, _ sink: ImageSink) {
    sink.add(.annotatedEdges, keys)
    sink.add(.annotatedEdgeIndex, HashIndex(count: count) { keys[$0].hash(key) })
  }
}
