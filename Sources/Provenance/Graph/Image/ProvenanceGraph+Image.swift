// A graph stored as its tables lie in memory, and used from there without being read first.

extension GraphStorage {
  /// Stores everything; the topology is sealed first.
  ///
  /// - Returns: Whether that was possible: not where the lists of one direction would take 4 GiB.
  fileprivate func write(key: SipHash, _ sink: ImageSink) -> Bool {
    var topology = topology
    guard topology.seal() else { return false }
    var scalars = ImageScalars()
    scalars.firstKey = key.first
    scalars.secondKey = key.second
    scalars.rows = UInt64(nodes.count)
    scalars.vertices = UInt64(topology.vertexCount)
    scalars.edges = UInt64(topology.sealedEdges)
    scalars.knowsSlots = topology.sealed?.knowsSlots == true ? 1 : 0
    topology.trimRoles()
    scalars.firstRole = UInt64(topology.firstRole)
    scalars.hasVertexMap = vertices.isMaterialized ? 1 : 0
    scalars.lastOrderLoss = UInt64(lastOrderLoss)
    (scalars.causalGap, scalars.causalNext) = orders[Self.causalOrder].storedNumbers
    (scalars.partGap, scalars.partNext) = orders[Self.partOrder].storedNumbers
    scalars.annotations = UInt64(annotations.count)
    scalars.lateEdges = UInt64(topology.late.count)
    sink.add(.scalars, scalars.values)
    sink.add(.pieces, storedPieces())
    sink.add(.epochs, epochs)
    nodes.write(key: key, sink)
    topology.write(sink)
    roleNames.write(
      key: key, bytes: .roleNameBytes, ends: .roleNameEnds, index: .roleNameIndex, sink)
    vertices.write(sink)
    orders[Self.causalOrder].write(.causalLevels, sink)
    orders[Self.partOrder].write(.partLevels, sink)
    sink.add(.edgeChanges, edgeChanges)
    closed.write(sink)
    annotations.write(key: key, sink)
    return true
  }

  /// Takes a stored graph.
  fileprivate convenience init(_ source: ImageSource) throws(ImageError) {
    self.init()
    image = source.memory
    let scalars = try ImageScalars(source.column(.scalars))
    epochs = try source.column(.epochs)
    guard let last = epochs.last, last.rows == scalars.rows, last.vertices == scalars.vertices,
      last.lateEdges == scalars.lateEdges
    else { throw ImageError(.epochs, "does not fit the others") }
    claim = WriterClaim(end: tail)
    replaceNodes(try NodeTable(source, scalars))
    topology = try Topology(source, scalars)
    roleNames = try StringTable(
      key: scalars.key, bytes: .roleNameBytes, ends: .roleNameEnds, index: .roleNameIndex,
      source)
    vertices = try VertexMap(source, scalars)
    orders = [
      try AcyclicOrder(
        .causalLevels, source, gap: scalars.causalGap, next: scalars.causalNext,
        vertices: Int(scalars.vertices)),
      try AcyclicOrder(
        .partLevels, source, gap: scalars.partGap, next: scalars.partNext,
        vertices: Int(scalars.vertices)),
    ]
    lastOrderLoss = Epoch(scalars.lastOrderLoss)
    edgeChanges = try source.column(.edgeChanges, copied: true)
    closed = try ClosedRuns(source)
    annotations = try AnnotationTable(source, scalars)
    try restorePieces(try source.column(.pieces, copied: true))
    guard !source.memory.hasFailed else { throw ImageError(.pieces, "or another is damaged") }
  }
}

extension ProvenanceGraph {
  /// Stores the graph as its tables are to lie in memory.
  ///
  /// What is stored depends on the history of the graph and on the key alone. O(n). The graph may be
  /// added to meanwhile, in another copy.
  ///
  /// - Parameters:
  ///   - key: What names are hashed with.
  ///   - body: Gets the parts one after another, each with its number.
  /// - Returns: Whether that was possible: not where a direction's lists would take 4 GiB.
  package func writeImage(
    key: (UInt64, UInt64), _ body: (_ section: UInt32, _ bytes: RawSpan) -> Void
  ) -> Bool {
    let whole = horizon == storage.tail ? storage : storage.fork(at: horizon)
    return withoutActuallyEscaping(body) { body in
      whole.write(key: SipHash(key: key.0, key.1), ImageSink { body($0.rawValue, $1) })
    }
  }

  /// Takes a graph that ``writeImage(key:_:)`` stored, without reading it.
  ///
  /// Expected O(what is neither a node, an orderly edge nor an annotation). The graph is that which was
  /// stored, with the same positions; its lists are sealed.
  ///
  /// - Parameters:
  ///   - memory: The bytes.
  ///   - sections: Where each part lies in them, at a multiple of 64.
  /// - Throws: ``ImageError``.
  package init(image memory: ImageMemory, sections: [UInt32: Range<Int>]) throws(ImageError) {
    let storage = try GraphStorage(ImageSource(memory: memory, sections: sections))
    self.init(storage)
  }

  /// Whether the machine keeps numbers as stored graphs do.
  package static var canUseImages: Bool { 1.littleEndian == 1 }
}
