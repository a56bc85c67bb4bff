/// One stored part of a statement of mappings, in numbers.
///
/// The value of the attribute is a map:
///
///     "v"                1
///     "exhaustive"       true; left out where it is not
///     "part"             [number from 0, count]; left out where there is one part
///     "nodes"            the nodes of inputs as 32 bytes each, ascending; left out on derivedFrom
///     "paths"            the paths that rows name but the whole, ascending: a name, or a list of names
///     "transformations"  lists of transformations, in the order in which rows first name them;
///                        each a map of what is said of "kind" ("direct" or "indirect"), "subtype",
///                        "text", "masks" (true) and "confidence" (double)
///     "rows"             bytes: a CBOR sequence (RFC 8742) of unsigned numbers, and for each output
///                          path, number of inputs, and for each input
///                            node (left out on derivedFrom), path, transformations
///                        Path 0 is the whole and transformations 0 are none, so their lists start
///                        at 1. Outputs ascend, and so do the inputs of each.
///
/// Empty lists are left out. Each statement so has one encoding. Rows are bytes since a list of ints
/// takes 24 bytes an int in memory.
struct FieldStatement: Sendable {
  static let version: Int64 = 1

  var isExhaustive = false
  var part = 0
  var partCount = 1
  /// The nodes of inputs; on a `derivedFrom` edge its cause alone.
  var nodes: [NodeID] = []
  /// The paths, without the whole.
  var paths: [FieldPath] = []
  /// The lists of transformations, without the empty one.
  var transformations: [[FieldTransformation]] = []
  /// For each output its path and number of inputs, then for each of these node, path and
  /// transformations.
  var rows: [UInt32] = []

  enum Key {
    static let version = "v"
    static let exhaustive = "exhaustive"
    static let part = "part"
    static let nodes = "nodes"
    static let paths = "paths"
    static let transformations = "transformations"
    static let rows = "rows"
    static let all = [version, exhaustive, part, nodes, paths, transformations, rows]
    static let kind = "kind"
    static let subtype = "subtype"
    static let text = "text"
    static let masks = "masks"
    static let confidence = "confidence"
    static let allOfTransformation = [kind, subtype, text, masks, confidence]
  }

  func path(_ number: UInt32) -> FieldPath { number == 0 ? .whole : paths[Int(number) - 1] }

  func transformations(_ number: UInt32) -> [FieldTransformation] {
    number == 0 ? [] : transformations[Int(number) - 1]
  }

  /// Calls `body` with the output's path and the range of its inputs in the rows, for each output.
  func forEachOutput(_ body: (_ output: UInt32, _ inputs: Range<Int>) -> Void) {
    var position = 0
    while position < rows.count {
      let end = position + 2 + 3 * Int(rows[position + 1])
      body(rows[position], position + 2..<end)
      position = end
    }
  }

  /// The mappings in values.
  var mappings: [FieldMapping] {
    var found: [FieldMapping] = []
    forEachOutput { output, range in
      found.append(FieldMapping(output: path(output), inputs: inputs(range)))
    }
    return found
  }

  private func inputs(_ range: Range<Int>) -> [FieldInput] {
    stride(from: range.lowerBound, to: range.upperBound, by: 3).map { place in
      FieldInput(
        field: Field(nodes[Int(rows[place])], path(rows[place + 1])),
        ordered: transformations(rows[place + 2]))
    }
  }
}

extension FieldStatement {
  /// Where an edge keeps the nodes of inputs.
  static func nodeIsImplied(on edge: Edge) throws(FieldError) -> Bool {
    switch edge.kind {
    case .derivedFrom: true
    case .generatedBy: false
    default: throw FieldError(.wrongEdge(edge.kind))
    }
  }

  /// Turns mappings, each output once and in order, into numbers.
  init(_ mappings: [FieldMapping], isExhaustive: Bool, on edge: Edge) throws(FieldError) {
    let isImplied = try Self.nodeIsImplied(on: edge)
    self.isExhaustive = isExhaustive
    var usedNodes: Set<NodeID> = []
    var usedPaths: Set<FieldPath> = []
    for mapping in mappings {
      usedPaths.insert(mapping.output)
      for input in mapping.inputs {
        if isImplied, input.field.node != edge.cause {
          throw FieldError(.inputOfAnotherNode(input.field))
        }
        usedNodes.insert(input.field.node)
        usedPaths.insert(input.field.path)
      }
    }
    usedPaths.remove(.whole)
    nodes = isImplied ? [edge.cause] : usedNodes.sorted()
    paths = usedPaths.sorted()
    var nodeNumbers: [NodeID: UInt32] = [:]
    for (number, node) in nodes.enumerated() { nodeNumbers[node] = UInt32(number) }
    var pathNumbers: [FieldPath: UInt32] = [.whole: 0]
    for (number, path) in paths.enumerated() { pathNumbers[path] = UInt32(number + 1) }
    var lists: [[FieldTransformation]: UInt32] = [[]: 0]
    for mapping in mappings {
      rows.append(pathNumbers[mapping.output] ?? 0)
      rows.append(UInt32(mapping.inputs.count))
      for input in mapping.inputs {
        rows.append(nodeNumbers[input.field.node] ?? 0)
        rows.append(pathNumbers[input.field.path] ?? 0)
        if let known = lists[input.transformations] {
          rows.append(known)
        } else {
          transformations.append(input.transformations)
          lists[input.transformations] = UInt32(transformations.count)
          rows.append(UInt32(transformations.count))
        }
      }
    }
  }
}
