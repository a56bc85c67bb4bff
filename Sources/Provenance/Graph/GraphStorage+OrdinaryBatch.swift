// A batch of ordinary records: nodes whose causes are known or stand before them in the batch, and edges
// of nodes that are known or stand before them. It is taken in without dictionaries and sets.

extension GraphStorage {
  /// Takes in a batch if all of it is ordinary.
  ///
  /// Expected O(records and their edges), and what edges between nodes that are there cost.
  ///
  /// - Parameters:
  ///   - records: The records.
  ///   - policy: Whether a cycle is refused.
  ///   - nodeLimit: The most nodes.
  /// - Returns: The positions in the batch of the records that were new; the epoch is still to be
  ///   ended. `nil` for a batch that is not ordinary, of which nothing was taken in.
  /// - Throws: ``GraphError`` for a cycle; the graph is then unchanged.
  func absorbOrdinary(
    _ records: [Record], _ policy: ArrivalPolicy, nodeLimit: Int
  ) throws(GraphError) -> [Int]? {
    guard nodes.count + records.count <= nodeLimit else { return nil }
    let memory = memory
    guard let mayCloseCycles = memory.with({ resolve(records, &$0.batch) }) else { return nil }
    if mayCloseCycles, policy == .insert, try !checkCycles(records) { return nil }
    // Scratch memory may meanwhile have been another writer's.
    return memory.with { work in
      if mayCloseCycles { _ = resolve(records, &work.batch) }
      return write(records, &work)
    }
  }

  /// Finds the rows of a batch.
  ///
  /// - Returns: Whether its edges may close cycles; `nil` where it is not ordinary.
  private func resolve(_ records: [Record], _ batch: inout ResolvedBatch) -> Bool? {
    batch.begin(recordCount: records.count)
    for index in records.indices {
      batch.starts.append(batch.rows.count)
      batch.olderEdges.append(-1)
      switch records[index].content {
      case .node(let record):
        guard resolve(record, &batch) else { return nil }
      case .edge(let edge):
        guard resolve(edge, index, &batch) else { return nil }
      default: return nil
      }
    }
    // Where many lead to what comes later, it is better to bring the nodes in order first.
    return batch.upward * 4 > records.count ? nil : batch.mayCloseCycles
  }

  private func resolve(_ record: NodeRecord, _ batch: inout ResolvedBatch) -> Bool {
    let id = record.node.id
    guard row(of: id) == nil, batch.find(id) == nil, !pending.isAwaited(.node(id)),
      !retractions.covers(.node(id))
    else { return false }
    let edges = record.edges.span
    for index in edges.indices {
      guard let cause = row(of: edges[index], from: record.node.kind, batch) else { return false }
      batch.rows.append(cause)
    }
    batch.append(id, record.node.kind)
    return true
  }

  private func resolve(_ edge: Edge, _ index: Int, _ batch: inout ResolvedBatch) -> Bool {
    guard edge.effect != edge.cause else { return false }
    let effect = row(of: edge.effect)
    if effect == nil { return resolve(edge, ofNewNode: index, &batch) }
    guard let effect, nodeStatus.isEmpty || !isHidden(effect),
      let cause = row(of: edge, from: nodeKind(effect), batch)
    else { return false }
    batch.rows.append(effect)
    batch.rows.append(cause)
    batch.edges.append(index)
    guard let order = Self.order(of: edge.kind), !batch.mayCloseCycles else { return true }
    let end = vertices.vertex(of: effect)
    let start = cause < nodes.count ? vertices.vertex(of: cause) : VertexMap.none
    // What is there already leads to an open run only over such edges as are looked at here.
    batch.mayCloseCycles =
      start == VertexMap.none
      || end != VertexMap.none && orders[order].level(start) >= orders[order].level(end)
    return true
  }

  /// Finds the rows of an edge whose effect stands before it in the batch.
  private func resolve(
    _ edge: Edge, ofNewNode index: Int, _ batch: inout ResolvedBatch
  ) -> Bool {
    guard let place = batch.find(edge.effect),
      let cause = row(of: edge, from: batch.kinds[Int(place)], batch)
    else { return false }
    let effect = NodeIndex(nodes.count) + place
    batch.rows.append(effect)
    batch.rows.append(cause)
    if cause < effect {
      batch.olderEdges[index] = batch.newestEdges[Int(place)]
      batch.newestEdges[Int(place)] = index
    } else {
      batch.edges.append(index)
      batch.upward += 1
      if Self.order(of: edge.kind) != nil { batch.mayCloseCycles = true }
    }
    return true
  }

  /// The row that an edge's cause has or will have; `nil` where the edge is no ordinary one.
  @inline(__always)
  private func row(
    of edge: Edge, from kind: NodeKind, _ batch: borrowing ResolvedBatch
  ) -> NodeIndex? {
    if let row = row(of: edge.cause) {
      return isOrdinary(edge, from: kind, to: row) ? row : nil
    }
    guard let place = batch.find(edge.cause),
      isOrdinary(edge, from: kind, to: batch.kinds[Int(place)])
    else { return nil }
    return NodeIndex(nodes.count) + place
  }

  private func write(_ records: [Record], _ work: inout WriterScratch) -> [Int] {
    var isNew = [Bool](repeating: true, count: records.count)
    var suspects = Suspects()
    let first = NodeIndex(nodes.count)
    // What open runs name comes first, so that it is no late edge of a run that the batch closes.
    for index in work.batch.edges {
      let start = work.batch.starts[index]
      guard work.batch.rows[start] < first, work.batch.rows[start + 1] < first,
        vertices.vertex(of: work.batch.rows[start]) == VertexMap.none
      else { continue }
      isNew[index] = write(records[index], index, &work, &suspects)
      work.batch.starts[index] = -1
    }
    var place = 0
    for index in records.indices {
      guard case .node(let record) = records[index].content else { continue }
      gather(record, index, place, records, &isNew, &work)
      add(record.node, &work)
      place += 1
    }
    for index in work.batch.edges where work.batch.starts[index] >= 0 {
      isNew[index] = write(records[index], index, &work, &suspects)
    }
    return isNew.indices.filter { isNew[$0] }
  }

  /// Gathers the edges that come with a new node.
  private func gather(
    _ record: NodeRecord, _ index: Int, _ place: Int, _ records: [Record], _ isNew: inout [Bool],
    _ work: inout WriterScratch
  ) {
    work.given.removeAll(keepingCapacity: true)
    let start = work.batch.starts[index]
    let edges = record.edges.span
    for index in edges.indices {
      work.given.append(
        GivenCause(
          row: work.batch.rows[start + index], kind: edges[index].kind,
          role: number(ofRole: edges[index].role)))
    }
    // Each record holds none twice, but another may repeat it.
    var later = work.batch.newestEdges[place]
    guard later >= 0 else { return }
    work.order.removeAll(keepingCapacity: true)
    while later >= 0 {
      work.order.append(later)
      later = work.batch.olderEdges[later]
    }
    var known = work.given.count + work.order.count > 32 ? Set(work.given) : nil
    for position in work.order.indices.reversed() {
      let index = work.order[position]
      guard case .edge(let edge) = records[index].content else { continue }
      let given = GivenCause(
        row: work.batch.rows[work.batch.starts[index] + 1], kind: edge.kind,
        role: number(ofRole: edge.role))
      let isKnown = known.map { $0.contains(given) } ?? work.given.contains(given)
      isNew[index] = !isKnown
      if isKnown { continue }
      known?.insert(given)
      work.given.append(given)
    }
  }

  /// Adds an edge.
  ///
  /// - Returns: Whether it was new.
  private func write(
    _ record: Record, _ index: Int, _ work: inout WriterScratch, _ suspects: inout Suspects
  ) -> Bool {
    guard case .edge(let edge) = record.content else { return false }
    let start = work.batch.starts[index]
    let (effect, cause) = (work.batch.rows[start], work.batch.rows[start + 1])
    let key = EdgeKey(
      effect: effect, cause: cause, kind: edge.kind, role: number(ofRole: edge.role))
    if isRecorded(key) { return false }
    closeIfOpen(cause, &work)
    if vertices.vertex(of: effect) == VertexMap.none {
      open.append(
        OpenRuns.Cause(cause: cause, kind: key.kind, role: key.role, epoch: current), to: effect)
      return true
    }
    let ref = EdgeRef(
      effect: vertices.vertex(of: effect), cause: vertices.vertex(of: cause), kind: key.kind,
      role: key.role)
    topology.late.append(ref, vertexCount: topology.vertexCount)
    topology.irregular.insertLate(effect: ref.effect, cause: ref.cause)
    if closesCycle(ref, &work.search) {
      suspects.found.append((ref, index))
      dispute(ref)
    }
    return true
  }
}
