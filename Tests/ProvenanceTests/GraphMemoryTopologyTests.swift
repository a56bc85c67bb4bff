import ProvenanceTestKit
import Testing

@testable import Provenance

/// Edges between dense vertices, both ways, while copies are kept.
@Suite struct GraphMemoryTopologyTests {
  /// What a topology must say: by vertex, its causes in order, and their roles.
  private struct Model {
    var kinds: [NodeKind] = []
    var causes: [[Entry]] = []
    var roles: [[UInt32]] = []

    func effects(of vertex: Vertex) -> [Entry] {
      causes.indices.flatMap { effect in
        causes[effect].filter { $0.vertex == vertex }.map { Entry(Vertex(effect), $0.kind) }
      }
    }
  }

  private func fault(_ topology: Topology, _ model: Model) -> String? {
    let count = Vertex(model.causes.count)
    guard topology.vertexCount == model.causes.count else { return "\(topology.vertexCount)" }
    if topology.edgeCount != model.causes.joined().count { return "\(topology.edgeCount) edges" }
    for vertex in 0..<count {
      var listed: [EdgeRef] = []
      topology.forEachListedCause(of: vertex) { listed.append($0) }
      let entries = listed.map { Entry($0.cause, $0.kind) }
      if entries != model.causes[Int(vertex)] { return "causes of \(vertex)" }
      if listed.map(\.role) != model.roles[Int(vertex)] { return "roles of \(vertex)" }
      if topology.kinds[vertex] != model.kinds[Int(vertex)].rawValue { return "kind of \(vertex)" }
      for edge in listed {
        var found: [EdgeRef] = []
        topology.forEachListedEdge(from: vertex, to: edge.cause, kind: edge.kind) {
          found.append($0)
        }
        if found != listed.filter({ $0.cause == edge.cause && $0.kind == edge.kind }) {
          return "edge from \(vertex) to \(edge.cause)"
        }
      }
    }
    // The writer's newer effects, and a view's bound.
    for limit in [count, count / 2] {
      for vertex in 0..<count {
        var found: [Entry] = []
        topology.forEachListedEffect(of: vertex, below: limit) { found.append($0) }
        if found.sorted() != model.effects(of: vertex).filter({ $0.vertex < limit }).sorted() {
          return "effects of \(vertex) below \(limit)"
        }
      }
    }
    return nil
  }

  /// Unsealed; sealed before there are roles and after; and sealed all the time.
  @Test(arguments: [0, 100, 40, 7, 1])
  func verticesAndTheirCopies(sealing: Int) {
    var random = SeededGenerator(seed: 6)
    var topology = Topology()
    var model = Model()
    var copies = HiddenCopies<Topology, Model>()
    for step in 0..<160 {
      let kind = NodeKind.allCases.randomElement(using: &random) ?? .run
      // Sorted as lists are; an edge may come in several roles.
      let edges = (0..<(step == 0 ? 0 : Int.random(in: 0..<6, using: &random))).map { _ in
        (
          cause: Vertex.random(in: 0..<UInt32(step), using: &random),
          kind: EdgeKind.allCases.randomElement(using: &random) ?? .used,
          // The first ones have none, so that roles begin in the middle.
          role: step < 60 || Bool.random(using: &random)
            ? EdgeRef.noRole : UInt32.random(in: 0..<3, using: &random)
        )
      }.sorted { ($0.cause, $0.kind.rawValue, $0.role) < ($1.cause, $1.kind.rawValue, $1.role) }
      let entries = edges.map { Entry($0.cause, $0.kind) }
      topology.append(kind, causes: entries.span)
      topology.appendRoles(edges.map(\.role))
      model.kinds.append(kind)
      model.causes.append(entries)
      model.roles.append(edges.map(\.role))
      if step % 37 == 20 { topology.pack() }
      if sealing > 0, step % sealing == sealing / 2 {
        let isSealed = topology.seal()
        #expect(isSealed && topology.sealedVertices == step + 1)
      }
      if sealing > 0, step == 131 {
        topology.unseal()
        #expect(topology.sealedVertices == 0)
      }
      if step % 20 == 3 { copies.keep(topology, model) }
      if step % 47 == 30 {
        let count = Int.random(in: 0...step, using: &random)
        var earlier = model
        earlier.kinds.removeLast(step + 1 - count)
        earlier.causes.removeLast(step + 1 - count)
        earlier.roles.removeLast(step + 1 - count)
        copies.keep(topology.fork(vertices: count, late: 0), earlier)
      }
    }
    copies.keep(topology, model)
    let wrong = copies.faults { fault($0, $1) }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
  }

  /// Built at once from arrays, a topology is as if built vertex by vertex, and goes on like it.
  @Test(arguments: 0..<40 as Range<UInt64>)
  func builtAtOnce(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 0..<(seed < 20 ? 5 : 200), using: &random)
    var model = Model()
    var columns: (effects: [UInt32], causes: [UInt32], kinds: [UInt8]) = ([], [], [])
    func add(_ vertex: Int) {
      let most = seed % 5 == 0 ? 1 : 6
      let entries = (0..<(vertex == 0 ? 0 : Int.random(in: 0..<most, using: &random))).map { _ in
        Entry(
          Vertex.random(in: 0..<UInt32(vertex), using: &random),
          EdgeKind.allCases.randomElement(using: &random) ?? .used)
      }.sorted { $0.vertex < $1.vertex }
      model.kinds.append(NodeKind.allCases.randomElement(using: &random) ?? .run)
      model.causes.append(entries)
      model.roles.append(entries.map { _ in EdgeRef.noRole })
      columns.effects += entries.map { _ in UInt32(vertex) }
      columns.causes += entries.map(\.vertex)
      columns.kinds += entries.map(\.kind.rawValue)
    }
    for vertex in 0..<count { add(vertex) }
    let kinds = model.kinds.map(\.rawValue)
    var topology = Topology(
      nodeKinds: kinds.span, effects: columns.effects.span,
      causes: columns.causes.span, edgeKinds: columns.kinds.span)
    let fault = fault(topology, model)
    #expect(fault == nil, "seed \(seed)")
    for vertex in count..<count + 20 {
      add(vertex)
      let causes = model.causes[vertex]
      topology.append(model.kinds[vertex], causes: causes.span)
    }
    let later = self.fault(topology, model)
    #expect(later == nil, "seed \(seed)")
  }

  #if os(macOS) || os(Linux)
  @Test func arraysOutOfOrderAreRefused() async {
    await #expect(processExitsWith: .failure) {
      _ = Topology(
        nodeKinds: [0, 0, 0].span, effects: [2, 1].span, causes: [0, 0].span,
        edgeKinds: [5, 5].span)
    }
    await #expect(processExitsWith: .failure) {
      _ = Topology(
        nodeKinds: [0, 0].span, effects: [1].span, causes: [1].span, edgeKinds: [5].span)
    }
    await #expect(processExitsWith: .failure) {
      _ = Topology(
        nodeKinds: [0, 0].span, effects: [2].span, causes: [1].span, edgeKinds: [5].span)
    }
  }
  #endif

  /// Packed in steps of any size, lists are as if packed at once.
  @Test func packedInStepsOrAtOnce() {
    var random = SeededGenerator(seed: 7)
    var starts = Column<UInt32>()
    var causes = Column<Entry>()
    starts.append(0)
    var stepwise = PackedEffects()
    var kept: [(packed: PackedEffects, effects: [[Entry]])] = []
    var effects: [[Entry]] = []
    for vertex in 0..<UInt32(300) {
      effects.append([])
      for _ in 0..<(vertex == 0 ? 0 : Int.random(in: 0..<5, using: &random)) {
        let cause = Vertex.random(in: 0..<vertex, using: &random)
        causes.append(Entry(cause, .derivedFrom))
        effects[Int(cause)].append(Entry(vertex, .derivedFrom))
      }
      starts.append(UInt32(causes.count))
      if Int.random(in: 0..<12, using: &random) == 0 {
        stepwise = stepwise.extended(causeStart: starts, causeEntries: causes, first: 0)
        kept.append((stepwise, effects))
      }
    }
    stepwise = stepwise.extended(causeStart: starts, causeEntries: causes, first: 0)
    kept.append((stepwise, effects))
    kept.append(
      (PackedEffects().extended(causeStart: starts, causeEntries: causes, first: 0), effects))
    // Nothing new.
    kept.append((stepwise.extended(causeStart: starts, causeEntries: causes, first: 0), effects))
    var wrong: [String] = []
    for (packed, effects) in kept {
      if packed.vertexCount != effects.count { wrong.append("\(packed.vertexCount) vertices") }
      if packed.entryCount != effects.joined().count { wrong.append("\(packed.entryCount)") }
      for vertex in effects.indices {
        var found: [Entry] = []
        packed.forEach(of: Vertex(vertex)) { found.append($0) }
        if found != effects[vertex] || packed.count(of: Vertex(vertex)) != found.count {
          wrong.append("\(vertex) of \(effects.count)")
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
  }

  @Test func marksAndTheirCopies() {
    var random = SeededGenerator(seed: 8)
    var marks = VertexMarks()
    var model: Set<Vertex> = []
    var copies = HiddenCopies<VertexMarks, Set<Vertex>>()
    #expect(marks.isEmpty && !marks.contains(0))
    for step in 0..<300 {
      let vertex = Vertex.random(in: 0..<UInt32(4 * step + 40), using: &random)
      marks.insert(vertex)
      model.insert(vertex)
      if step % 20 == 0 { copies.keep(marks, model) }
      if step % 33 == 0 { copies.keep(marks.fork(), model) }
    }
    let all = model
    let wrong = copies.faults { marks, model in
      if marks.isEmpty { return "empty" }
      // A copy may have marks that came since, but lacks none, and has none that never was.
      for vertex in 0..<Vertex(1500) {
        if model.contains(vertex), !marks.contains(vertex) { return "\(vertex) is missing" }
        if !all.contains(vertex), marks.contains(vertex) { return "\(vertex) is marked" }
      }
      return nil
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
    var fork = marks.fork()
    fork.insert(5000)
    #expect(fork.contains(5000) && !marks.contains(5000) && all.allSatisfy { fork.contains($0) })
  }

  /// Rows get their vertices in another order than their own; a copy knows those of its time.
  @Test(arguments: [0, 40]) func rowsVerticesAndTheirCopies(inOrder: Int) {
    var random = SeededGenerator(seed: 9)
    var map = VertexMap()
    var vertices: [Vertex?] = []
    var copies = HiddenCopies<VertexMap, [Vertex?]>()
    var waiting: [NodeIndex] = []
    var next: Vertex = 0
    for step in 0..<250 {
      map.addRow()
      vertices.append(nil)
      waiting.append(UInt32(step))
      while !waiting.isEmpty, step < inOrder || Int.random(in: 0..<2, using: &random) == 0 {
        let place = step < inOrder ? 0 : Int.random(in: 0..<waiting.count, using: &random)
        let row = waiting.remove(at: place)
        let vertex = map.assign(row)
        #expect(vertex == next)
        vertices[Int(row)] = next
        next += 1
      }
      if step == inOrder - 1 { #expect(map.byteCount == 0) }
      if step % 9 == 0 { copies.keep(map, vertices) }
      if step % 31 == 0 {
        let rows = Int.random(in: 0...vertices.count, using: &random)
        // As of a moment: its rows, and the vertices that were given by then, all to rows of it.
        let end = vertices.dropFirst(rows).compactMap { $0 }.min() ?? next
        let earlier = vertices.prefix(rows).map { $0.flatMap { $0 < end ? $0 : nil } }
        copies.keep(map.fork(rows: rows, vertices: end), earlier)
      }
    }
    #expect(map.byteCount > 0)
    let wrong = copies.faults { map, model in
      for (row, vertex) in model.enumerated() {
        if map.vertex(of: UInt32(row)) != vertex ?? VertexMap.none { return "vertex of \(row)" }
        if let vertex, map.row(of: vertex) != UInt32(row) { return "row of \(vertex)" }
      }
      return nil
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
  }
}
