import Foundation
import Provenance

/// A graph and questions in a folder of little-endian arrays.
///
///     src.i32, dst.i32     edges from cause to effect; ids are a topological order
///     kind.u8              0 dataset, 1 code, 2 model, 3 run, 4 environment
///     ekind.u8             0 used, 1 produced, 2 derived
///     q_nodes.i32          nodes, and how many ancestors and descendants each has:
///     anc.i32, desc.i32
///     q_pairs.i32          pairs, and whether the first is an ancestor of the second:
///     q_truth.u8
///     q_paths.i32          pairs that a path joins
struct GraphDirectory {
  let folder: URL

  init(_ path: String) { folder = URL(fileURLWithPath: path, isDirectory: true) }

  var name: String { folder.lastPathComponent }

  /// Reads the graph.
  ///
  /// - Throws: ``BenchmarkFailure`` that names the file and the place of what is wrong.
  func graph() throws -> GraphArrays {
    let kinds = try bytes("kind.u8")
    let causes = try integers("src.i32")
    let effects = try integers("dst.i32")
    let relations = try bytes("ekind.u8")
    try check(!kinds.isEmpty, wrong("kind.u8", "it is empty"))
    try check(kinds.count < 1 << 28, wrong("kind.u8", "more than 2^28 nodes"))
    try check(causes.count <= Int(Int32.max), wrong("src.i32", "more than 2^31 edges"))
    try check(
      effects.count == causes.count,
      wrong("dst.i32", "\(effects.count) entries, but src.i32 has \(causes.count)"))
    try check(
      relations.count == causes.count,
      wrong("ekind.u8", "\(relations.count) entries, but src.i32 has \(causes.count)"))
    var graph = GraphArrays(name: name)
    graph.nodeKinds = try kinds.enumerated().map { place, number in
      guard let kind = NodeKind(rawValue: number) else {
        throw wrong("kind.u8", "entry \(place) is \(number), no kind of node")
      }
      return kind
    }
    for edge in try orderByEffect(causes, effects, count: kinds.count) {
      try check(
        relations[edge] <= 2, wrong("ekind.u8", "entry \(edge) is \(relations[edge]), no relation"))
      // What the format calls used, produced and derived follows from the kinds of node as well, and
      // more closely.
      graph.addEdge(from: UInt32(effects[edge]), to: UInt32(causes[edge]))
    }
    try refuseRepetition(graph)
    return graph
  }

  /// Reads the questions and what the folder holds as their answers.
  func questions(about graph: GraphArrays) throws -> Questions {
    var questions = Questions()
    let nodes = try rows("q_nodes.i32", of: graph)
    let ancestors = try integers("anc.i32", count: nodes.count)
    let descendants = try integers("desc.i32", count: nodes.count)
    questions.reach = nodes.indices.map {
      Questions.Reach(
        node: nodes[$0], ancestors: Int(ancestors[$0]), descendants: Int(descendants[$0]))
    }
    let pairs = try rows("q_pairs.i32", of: graph)
    let truth = try bytes("q_truth.u8")
    try check(
      pairs.count == truth.count * 2,
      wrong("q_pairs.i32", "\(pairs.count) entries for \(truth.count) answers in q_truth.u8"))
    questions.pairs = truth.indices.map {
      Questions.Pair(ancestor: pairs[$0 * 2], node: pairs[$0 * 2 + 1], holds: truth[$0] != 0)
    }
    let paths = try rows("q_paths.i32", of: graph)
    try check(paths.count.isMultiple(of: 2), wrong("q_paths.i32", "an odd number of entries"))
    var search = SimpleSearch(graph)
    questions.paths = try stride(from: 0, to: paths.count, by: 2).map { place in
      guard let length = search.distance(from: paths[place + 1], up: paths[place]) else {
        throw wrong("q_paths.i32", "no path joins pair \(place / 2)")
      }
      return Questions.Path(ancestor: paths[place], node: paths[place + 1], length: length)
    }
    questions.hub = Questions.hub(graph, &search)
    return questions
  }
}

extension GraphDirectory {
  private func wrong(_ file: String, _ what: String) -> BenchmarkFailure {
    BenchmarkFailure("\(folder.appendingPathComponent(file).path): \(what)")
  }

  /// The edges by effect, those of one effect in the order of the file.
  private func orderByEffect(
    _ causes: [Int32], _ effects: [Int32], count: Int
  ) throws -> [Int] {
    var isOrdered = true
    for edge in causes.indices {
      try check(
        causes[edge] >= 0 && effects[edge] >= 0 && effects[edge] < count,
        wrong("dst.i32", "edge \(edge) leads to a node that is not there"))
      try check(
        causes[edge] < effects[edge],
        wrong(
          "src.i32",
          "edge \(edge) leads from \(causes[edge]) to \(effects[edge]), against the order of ids"))
      isOrdered = isOrdered && (edge == 0 || effects[edge - 1] <= effects[edge])
    }
    let order = Array(causes.indices)
    return isOrdered ? order : order.sorted { (effects[$0], $0) < (effects[$1], $1) }
  }

  private func refuseRepetition(_ graph: GraphArrays) throws {
    var lastEffect = [UInt32](repeating: .max, count: graph.nodeCount)
    for edge in 0..<graph.edgeCount {
      let (cause, effect) = (graph.causes[edge], graph.effects[edge])
      try check(
        lastEffect[Int(cause)] != effect,
        wrong("src.i32", "the edge from \(cause) to \(effect) is there twice"))
      lastEffect[Int(cause)] = effect
    }
  }

  private func bytes(_ file: String) throws -> [UInt8] {
    do {
      return try [UInt8](Data(contentsOf: folder.appendingPathComponent(file)))
    } catch {
      throw wrong(file, "it cannot be read: \(error.localizedDescription)")
    }
  }

  private func integers(_ file: String, count: Int? = nil) throws -> [Int32] {
    let bytes = try bytes(file)
    try check(
      bytes.count.isMultiple(of: 4), wrong(file, "\(bytes.count) bytes are no 32-bit array"))
    let found = stride(from: 0, to: bytes.count, by: 4).map { start in
      let word = bytes[start..<start + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      return Int32(bitPattern: word)
    }
    try check(
      count.map { $0 == found.count } ?? true,
      wrong(file, "\(found.count) entries for \(count ?? 0) questions"))
    return found
  }

  private func rows(_ file: String, of graph: GraphArrays) throws -> [UInt32] {
    let numbers = try integers(file)
    for (place, number) in numbers.enumerated() {
      try check(
        number >= 0 && number < graph.nodeCount,
        wrong(file, "entry \(place) is \(number), and the graph has \(graph.nodeCount) nodes"))
    }
    return numbers.map { UInt32($0) }
  }
}
