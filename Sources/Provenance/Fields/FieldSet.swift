/// The fields that answer a question, nearest first, and what the answer leaves open.
///
/// A random-access collection; a field is put together when it is looked at. Fields at one distance
/// stand in an order that does not depend on the order in which facts arrived.
public struct FieldSet: Sendable {
  private let lineage: FieldLineage
  private let numbers: [UInt32]
  /// The nodes behind numbers that are not of a numbered field.
  private let extras: [NodeID]
  private let assumed: Set<UInt32>
  private let maskedNumbers: [UInt32]
  private let gapNumbers: [UInt32]
  private let otherGaps: [Field]
  private let isAssuming: Bool
  /// Why fields may be missing beyond ``gaps``; empty if none are.
  public let incompleteness: Incompleteness

  init(
    _ lineage: FieldLineage, _ walk: FieldWalk, _ query: FieldQuery, statedWalk: FieldWalk?
  ) {
    self.lineage = lineage
    extras = walk.extras
    isAssuming = query.assumesNodeLineage
    incompleteness = walk.incompleteness.union(statedWalk?.incompleteness ?? [])
    gapNumbers = walk.gaps
    otherGaps = walk.otherGaps
    let fields = lineage.fields
    let wanted = query.nodes.map { nodes in
      Set(nodes.compactMap { fields.index(of: $0) })
    }
    func isWanted(_ number: UInt32) -> Bool {
      guard let wanted, let nodes = query.nodes else { return true }
      return Int(number) < fields.count
        ? wanted.contains(fields.nodeIndex(of: number))
        : nodes.contains(walk.extras[Int(number) - fields.count])
    }
    let reached = walk.reached.dropFirst(walk.startCount)
    if wanted == nil, statedWalk == nil {
      numbers = reached.map(\.field)
    } else {
      numbers = reached.filter { !$0.isRepeated && isWanted($0.field) }.map(\.field)
    }
    maskedNumbers = walk.masked.filter(isWanted)
    if let statedWalk {
      let stated = Set(statedWalk.reached.dropFirst(statedWalk.startCount).map(\.field))
      assumed = Set(numbers.filter { Int($0) >= fields.count || !stated.contains($0) })
    } else {
      assumed = []
    }
  }

  private func field(_ number: UInt32) -> Field {
    let count = lineage.fields.count
    return Int(number) < count ? lineage.fields[number] : Field(extras[Int(number) - count])
  }
}

extension FieldSet: RandomAccessCollection {
  /// The position of the first field.
  public var startIndex: Int { 0 }
  /// The position past the last field.
  public var endIndex: Int { numbers.count }

  /// The field at a position.
  ///
  /// O(log *n*).
  public subscript(position: Int) -> Field { field(numbers[position]) }
}

extension FieldSet {
  /// Whether no field can be missing: nothing was cut off, and there were no gaps or the lineage of
  /// nodes was assumed for them.
  public var isComplete: Bool {
    incompleteness.isEmpty && (isAssuming || gapNumbers.isEmpty && otherGaps.isEmpty)
  }

  /// Where mappings say nothing, in order.
  ///
  /// Upstream: the fields met, the start among them, of which no mapping says what they are made from,
  /// although their node was made from something. Downstream: the whole of each node of which some
  /// fields may have been made from a field that was met.
  public var gaps: [Field] { (gapNumbers.map { lineage.fields[$0] } + otherGaps).sorted() }

  /// The fields at which a walk that stops at masking stopped, in order: those of the wanted nodes to
  /// which masking ways alone lead from what was reached.
  public var masked: [Field] { maskedNumbers.map { lineage.fields[$0] } }

  /// Whether a field is among them because the lineage of nodes was assumed where mappings say nothing.
  ///
  /// O(1).
  ///
  /// - Parameter position: The field's position.
  /// - Returns: Whether mappings alone do not lead to it.
  public func isAssumed(at position: Int) -> Bool { assumed.contains(numbers[position]) }

  /// Whether a field is among them, by its own path.
  ///
  /// O(*n*).
  ///
  /// - Parameter field: The field.
  /// - Returns: Whether it is.
  public func contains(_ field: Field) -> Bool {
    guard let index = lineage.fields.index(of: field.node) else {
      return field.path.isWhole && numbers.contains { self.field($0) == field }
    }
    let (container, inside) = lineage.fields.place(field.path, inNode: index)
    return inside.lowerBound == container && numbers.contains(container)
  }

  /// The nodes that the fields belong to, in order of id.
  ///
  /// O(*n* log *n*).
  public var nodes: [NodeID] { Set(numbers.map { field($0).node }).sorted() }

  /// The fields among them that belong to a node, in order.
  ///
  /// O(*n*).
  ///
  /// - Parameter node: The node.
  /// - Returns: The fields.
  public func fields(of node: some NodeReference) -> [Field] {
    guard let whole = lineage.fields.whole(of: node.nodeID) else {
      return filter { $0.node == node.nodeID }
    }
    let range = whole..<lineage.fields.ends[Int(whole)]
    return numbers.filter { range.contains($0) }.sorted().map { lineage.fields[$0] }
  }
}
