/// The annotations of a graph, one row each in order of arrival, listed by subject.
struct AnnotationTable: Sendable {
  /// What an annotation's row speaks of.
  enum Subject: Hashable, Sendable {
    case node(NodeIndex)
    case edge(EdgeIndex)
  }

  private(set) var ids: [RecordID] = []
  private(set) var subjects: [Subject] = []
  /// What each says; `nil` where it was erased.
  private var bodies: [Annotation.Body?] = []
  /// When those that arrived without their body got it.
  private var restored: [UInt32: Epoch] = [:]
  private(set) var epochs: [Epoch] = []
  var status = StatusColumn()
  private var rowsBySubject: [Subject: [UInt32]] = [:]
  private var nodesByContent: [SHA256Digest: [NodeIndex]] = [:]

  var count: Int { ids.count }

  /// The rows about a subject, in order of arrival.
  func rows(about subject: Subject) -> [UInt32] { rowsBySubject[subject] ?? [] }

  /// What a row says as of an epoch; `nil` where it was erased or had not arrived.
  func body(_ row: UInt32, at horizon: Epoch) -> Annotation.Body? {
    if !restored.isEmpty, let epoch = restored[row], epoch > horizon { return nil }
    return bodies[Int(row)]
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
    self.status.append(status)
    rowsBySubject[subject, default: []].append(row)
    noteContent(of: row, at: epoch)
    return row
  }

  /// Drops what an annotation says, at every position.
  mutating func erase(_ row: UInt32) { bodies[Int(row)] = nil }

  /// Gives an annotation that arrived without its body the body that arrived later.
  mutating func restore(_ row: UInt32, _ body: Annotation.Body, at epoch: Epoch) {
    bodies[Int(row)] = body
    restored[row] = epoch
    noteContent(of: row, at: epoch)
  }

  private mutating func noteContent(of row: UInt32, at epoch: Epoch) {
    guard case .node(let node) = subjects[Int(row)], let digest = contentDigest(row, at: epoch)
    else { return }
    noteContent(digest, of: node)
  }

  /// Notes that a node may have this content.
  ///
  /// What is noted is a candidate: queries check it.
  mutating func noteContent(_ digest: SHA256Digest, of node: NodeIndex) {
    nodesByContent[digest, default: []].append(node)
  }

  /// Nodes that may have this content, or had it once; with duplicates.
  func candidates(withContent digest: SHA256Digest) -> [NodeIndex] {
    nodesByContent[digest] ?? []
  }

  /// The content digest that a row states as of an epoch.
  func contentDigest(_ row: UInt32, at horizon: Epoch) -> SHA256Digest? {
    let attributes = body(row, at: horizon)?.attributes
    guard case .bytes(let bytes)? = attributes?[AttributeKey.contentDigest] else { return nil }
    return SHA256Digest(bytes: bytes)
  }

  /// Forgets everything past an epoch.
  mutating func rewind(to epoch: Epoch) {
    while let last = epochs.last, last > epoch {
      let subject = subjects[subjects.count - 1]
      rowsBySubject[subject]?.removeLast()
      if rowsBySubject[subject]?.isEmpty == true { rowsBySubject[subject] = nil }
      ids.removeLast()
      subjects.removeLast()
      bodies.removeLast()
      epochs.removeLast()
    }
    for (row, restoredAt) in restored where restoredAt > epoch {
      if Int(row) < bodies.count { bodies[Int(row)] = nil }
      restored[row] = nil
    }
    status.rewind(to: epoch, count: ids.count)
  }
}

/// The retractions of a graph, one row each in order of arrival, listed by target.
struct RetractionTable: Sendable {
  private(set) var ids: [RecordID] = []
  private(set) var retractions: [Retraction] = []
  private(set) var epochs: [Epoch] = []
  var status = StatusColumn()
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
    self.status.append(status)
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
    rowsByTarget[target]?.contains {
      epochs[Int($0)] <= horizon && status.status($0, at: horizon) == []
    } == true
  }

  /// The rows about a target, in order of arrival.
  func rows(of target: Retraction.Target) -> [UInt32] { rowsByTarget[target] ?? [] }

  /// Forgets everything past an epoch.
  mutating func rewind(to epoch: Epoch) {
    while let last = epochs.last, last > epoch {
      rowsByTarget[retractions[retractions.count - 1].target]?.removeLast()
      ids.removeLast()
      retractions.removeLast()
      epochs.removeLast()
    }
    for (row, restoredAt) in restored where restoredAt > epoch {
      if Int(row) < retractions.count { erase(row) }
      restored[row] = nil
    }
    status.rewind(to: epoch, count: ids.count)
  }
}
