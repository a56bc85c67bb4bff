public import Provenance

/// A provenance graph that is plainly right: what `ProvenanceGraph` must answer, worked out slowly.
///
/// It keeps nothing but the list of records and the batches in which they came. Every question is
/// answered from that list, from nothing, by the definition: no index, no cache, no code shared with
/// the graph but the records themselves. Use it to check a store, an importer or a change to the
/// graph on small histories, of up to some hundred records; a question costs up to O(n³).
///
/// ``view`` holds the answers for the newest position, ``asOf(_:)-(Position)`` gives earlier ones.
public struct ReferenceGraph: Sendable {
  /// One batch: the records in it that were new, the position after it, and when it arrived.
  public struct Batch: Sendable {
    /// The records that were new; without their payload where it was erased.
    public internal(set) var records: [Record]
    /// The position after the batch.
    public let end: Position
    /// When it arrived: never before the batch before it.
    public let time: Timestamp?
  }

  /// The batches, in order of arrival.
  public private(set) var batches: [Batch] = []

  /// Makes an empty graph.
  public init() {}
}

extension ReferenceGraph {
  /// Every record, in order of arrival.
  public var records: [Record] { batches.flatMap(\.records) }

  /// The position after the last batch.
  public var position: Position { batches.last?.end ?? .start }

  /// When the last batch arrived; `nil` where no batch said.
  public var time: Timestamp? { batches.last?.time }

  /// What is known at the newest position.
  public var view: ReferenceView { ReferenceView(records) }

  /// The graph as it was known at a position: the batches that end at it or before.
  ///
  /// - Parameter position: The position.
  /// - Returns: The graph; adding to it makes another history.
  public func asOf(_ position: Position) -> ReferenceGraph { prefix { $0.end <= position } }

  /// The graph as it was known at a time: the batches that had arrived by then.
  ///
  /// Those that came before any time was given count as arrived.
  ///
  /// - Parameter time: The time.
  /// - Returns: The graph; adding to it makes another history.
  public func asOf(_ time: Timestamp) -> ReferenceGraph {
    prefix { $0.time.map { $0 <= time } ?? true }
  }

  private func prefix(while isWithin: (Batch) -> Bool) -> ReferenceGraph {
    var earlier = self
    earlier.batches = Array(batches.prefix(while: isWithin))
    return earlier
  }
}

extension ReferenceGraph {
  /// Adds records of others: every one is kept.
  ///
  /// - Parameters:
  ///   - records: The records.
  ///   - time: When they arrive.
  /// - Returns: How many were new.
  @discardableResult
  public mutating func merge(_ records: [Record], at time: Timestamp? = nil) -> Int {
    let fresh = newOnes(among: records)
    guard !fresh.isEmpty else { return 0 }
    let times = [self.time, time].compactMap { $0 }
    batches.append(
      Batch(
        records: fresh, end: Position(position.count + UInt64(fresh.count)), time: times.max()))
    dropErasedPayloads()
    return fresh.count
  }

  /// The records of a batch that say something new, nodes before what may speak of them.
  private func newOnes(among batch: [Record]) -> [Record] {
    var known = ReferenceFacts(records)
    var isNew = batch.map { _ in false }
    for (index, record) in batch.enumerated() {
      if case .node(let node) = record.content, known.nodes[node.node.id] == nil {
        known.nodes[node.node.id] = node.node
        isNew[index] = true
      }
    }
    for (index, record) in batch.enumerated() {
      switch record.content {
      case .node(let node):
        for edge in node.edges where known.edges.insert(edge).inserted { isNew[index] = true }
      case .edge(let edge):
        if known.edges.insert(edge).inserted { isNew[index] = true }
      default:
        isNew[index] = known.addStatement(record)
      }
    }
    return zip(batch, isNew).filter(\.1).map(\.0)
  }

  /// A tombstone erases at every position, whenever it came.
  private mutating func dropErasedPayloads() {
    let erased = ReferenceFacts(records).erased
    for batch in batches.indices {
      batches[batch].records = batches[batch].records.map { record in
        guard erased.contains(record.id), !record.payload.isEmpty else { return record }
        return record.withoutPayload
      }
    }
  }
}

extension Record {
  /// The same record as it is after its payload was erased.
  package var withoutPayload: Record {
    do { return try Record(header: header, payload: []) } catch {
      preconditionFailure("a record's own header was refused: \(error)")
    }
  }
}
