/// The annotations of a graph, one row each in order of arrival, listed by subject.
struct AnnotationTable: Sendable {
  /// What an annotation's row speaks of.
  enum Subject: Hashable, Sendable {
    case node(NodeIndex)
    case edge(EdgeKey)
  }

  private(set) var ids = Column<RecordID>()
  private(set) var subjects = Column<Subject>()
  /// What each says; `nil` where it was erased.
  private var bodies = Column<Annotation.Body?>()
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
  private var edges = LayeredDictionary<EdgeKey, UInt32>()
  private(set) var contents = ContentIndex()

  var count: Int { ids.count }

  /// The bytes of the table, without what bodies hold on the heap.
  var byteCount: Int {
    ids.byteCount + subjects.byteCount + bodies.byteCount + epochs.byteCount
      + rowsByNode.byteCount + rowsByEdge.byteCount + nodeRows.byteCount + edgeRows.byteCount
      + contents.byteCount
  }

  /// The rows about a subject, in order of arrival.
  func rows(about subject: Subject) -> [UInt32] {
    switch subject {
    case .node(let row): rowsByNode.links(of: row).map { nodeRows[$0] }
    case .edge(let key): edges[key].map { rowsByEdge.links(of: $0).map { edgeRows[$0] } } ?? []
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
    ids.append(id)
    subjects.append(subject)
    bodies.append(body)
    epochs.append(epoch)
    if status != [] { self.status.set(row, status, at: epoch) }
    switch subject {
    case .node(let node):
      rowsByNode.addHeads(upTo: Int(node) + 1)
      rowsByNode.prepend(to: node)
      nodeRows.append(row)
    case .edge(let key):
      let head = edges[key] ?? UInt32(rowsByEdge.headCount)
      if head == rowsByEdge.headCount {
        edges[key] = head
        rowsByEdge.addHead()
      }
      rowsByEdge.prepend(to: head)
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
    guard case .node(let node) = subjects[row], let digest = contentDigest(row, at: epoch)
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
        ids[row], about: subjects[row], body(row, at: epoch), [], epoch: epochs[row])
    }
    copy.status = status
    copy.status.rewind(to: epoch)
    copy.restored = restored.filter { $0.value <= epoch }
    return copy
  }
}

/// The retractions of a graph, one row each in order of arrival, listed by target.
struct RetractionTable: Sendable {
  private(set) var ids: [RecordID] = []
  private(set) var retractions: [Retraction] = []
  private(set) var epochs: [Epoch] = []
  var status = StatusHistory<UInt32>()
  private var rowsByTarget: [Retraction.Target: [UInt32]] = [:]
  /// When those that arrived without their statement got it.
  private var restored: [UInt32: Epoch] = [:]

  var isEmpty: Bool { ids.isEmpty }
  var count: Int { ids.count }

  mutating func append(
    _ id: RecordID, _ retraction: Retraction, _ status: Status, epoch: Epoch
  ) -> UInt32 {
    let row = UInt32(ids.count)
    ids.append(id)
    retractions.append(retraction)
    epochs.append(epoch)
    if status != [] { self.status.set(row, status, at: epoch) }
    rowsByTarget[retraction.target, default: []].append(row)
    return row
  }

  /// Drops what a retraction states about itself; it stays in force.
  mutating func erase(_ row: UInt32) {
    retractions[Int(row)] = Retraction(target: retractions[Int(row)].target, statement: nil)
  }

  /// Gives a retraction that arrived without its statement the one that arrived later.
  mutating func restore(_ row: UInt32, _ retraction: Retraction, at epoch: Epoch) {
    retractions[Int(row)] = retraction
    restored[row] = epoch
  }

  /// Whether a retraction of this target stands now.
  func covers(_ target: Retraction.Target) -> Bool {
    !rowsByTarget.isEmpty && rowsByTarget[target]?.contains { status[$0] == [] } == true
  }

  /// Whether a retraction of this target stood at an epoch.
  func covers(_ target: Retraction.Target, at horizon: Epoch) -> Bool {
    !rowsByTarget.isEmpty
      && rowsByTarget[target]?.contains {
        epochs[Int($0)] <= horizon && status.status($0, at: horizon) == []
      } == true
  }

  /// The rows about a target, in order of arrival.
  func rows(of target: Retraction.Target) -> [UInt32] { rowsByTarget[target] ?? [] }

  /// Forgets everything past an epoch.
  mutating func rewind(to epoch: Epoch) {
    while let last = epochs.last, last > epoch {
      let target = retractions[retractions.count - 1].target
      rowsByTarget[target]?.removeLast()
      if rowsByTarget[target]?.isEmpty == true { rowsByTarget[target] = nil }
      ids.removeLast()
      retractions.removeLast()
      epochs.removeLast()
    }
    for (row, restoredAt) in restored where restoredAt > epoch {
      if Int(row) < retractions.count { erase(row) }
      restored[row] = nil
    }
    status.rewind(to: epoch)
  }
}
