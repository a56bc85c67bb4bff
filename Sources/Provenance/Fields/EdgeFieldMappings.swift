/// What sources now say about the fields along one edge.
public struct EdgeFieldMappings: Sendable, Hashable {
  /// What one source says.
  public struct Statement: Sendable, Hashable {
    /// Who says so.
    public let source: String
    /// What it says.
    public let mappings: FieldMappings
  }

  /// What each source says at its latest event time, by source.
  public let statements: [Statement]
  /// The annotations that could not be used.
  public let faults: [FieldFault]
}

extension ProvenanceGraph {
  /// What sources now say about the fields along an edge.
  ///
  /// O(annotations of the edge).
  ///
  /// - Parameter edge: The edge.
  /// - Returns: The statements; none for an edge that the graph does not show.
  public func fieldMappings(on edge: Edge) -> EdgeFieldMappings {
    let current = currentMappings(on: edge)
    var faults = current.faults
    var statements: [EdgeFieldMappings.Statement] = []
    for statement in current.statements {
      do throws(FieldError) {
        let mappings = try FieldMappings(
          statement.parts.flatMap(\.mappings),
          isExhaustive: statement.parts.contains(where: \.isExhaustive))
        statements.append(.init(source: statement.source, mappings: mappings))
      } catch {
        // Parts that say too much together were never one statement.
        faults.append(FieldFault(edge: edge, record: statement.record, error: error))
      }
    }
    return EdgeFieldMappings(statements: statements, faults: faults)
  }

  func currentMappings(on edge: Edge) -> CurrentMappings {
    let said = history(of: edge).compactMap { entry -> MappingAnnotation? in
      guard !entry.isRetracted, let body = entry.annotation.body,
        let value = body.attributes[AttributeKey.fieldMappings]
      else { return nil }
      return MappingAnnotation(
        value: value, time: body.time, source: body.source, record: entry.record)
    }
    return CurrentMappings(said, on: edge)
  }
}

extension FieldLineage {
  /// What sources say of one input of one output.
  ///
  /// - Parameters:
  ///   - output: The output, as mappings name it.
  ///   - input: The input, as mappings name it.
  /// - Returns: One for each edge and source that names the two, in order.
  public func reasons(from output: Field, to input: Field) -> [FieldReason] {
    // A node that the graph does not have has no edges.
    let edges = (try? graph.causes(of: output.node, edges: NodeSteps.ofEntity)) ?? []
    var found: [FieldReason] = []
    for edge in edges where edge.kind == .generatedBy || edge.cause == input.node {
      for statement in graph.currentMappings(on: edge).statements {
        var ways: Set<FieldTransformation> = []
        var isNamed = false
        for part in statement.parts {
          guard let list = part.transformations(from: output.path, to: input) else { continue }
          isNamed = true
          ways.formUnion(list)
        }
        if isNamed {
          found.append(
            FieldReason(
              edge: edge, source: statement.source, transformations: ways.sorted()))
        }
      }
    }
    return found
  }
}

extension FieldStatement {
  /// The transformations of an input of an output; `nil` if it is none.
  func transformations(from output: FieldPath, to input: Field) -> [FieldTransformation]? {
    guard let node = nodes.firstIndex(of: input.node), let from = number(of: output),
      let to = number(of: input.path)
    else { return nil }
    var found: [FieldTransformation]?
    forEachOutput { path, inputs in
      guard path == from else { return }
      for place in stride(from: inputs.lowerBound, to: inputs.upperBound, by: 3)
      where rows[place] == node && rows[place + 1] == to {
        found = transformations(rows[place + 2])
      }
    }
    return found
  }

  private func number(of path: FieldPath) -> UInt32? {
    path.isWhole ? 0 : paths.firstIndex(of: path).map { UInt32($0 + 1) }
  }
}
