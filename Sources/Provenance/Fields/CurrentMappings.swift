/// What sources now say about the fields along one edge.
struct CurrentMappings: Sendable {
  /// A source that says something, and what.
  struct Statement: Sendable {
    var source: String
    var parts: [FieldStatement]
    /// One of the records that brought it.
    var record: RecordID
  }

  private(set) var statements: [Statement] = []
  private(set) var faults: [FieldFault] = []

  /// Of each source, what it says at its latest event time: all annotations of that time together.
  ///
  /// A `null` at that time alone withdraws the statement.
  init(_ annotations: [MappingAnnotation], on edge: Edge) {
    if annotations.count == 1, let only = annotations.first {
      read(only.source, [only], edge)
      return
    }
    var latest: [ByteString: [MappingAnnotation]] = [:]
    for annotation in annotations {
      let key = ByteString(annotation.source)
      if let time = latest[key]?.first?.time {
        if annotation.time < time { continue }
        if annotation.time > time { latest[key] = [] }
      }
      latest[key, default: []].append(annotation)
    }
    for (key, said) in latest.sorted(by: { CBORKeyOrder.precedes($0.key.string, $1.key.string) }) {
      read(key.string, said.sorted { $0.record < $1.record }, edge)
    }
  }

  private mutating func read(_ source: String, _ said: [MappingAnnotation], _ edge: Edge) {
    var reading = FieldStatementReading()
    for annotation in said where !annotation.value.isNull {
      do throws(FieldError) {
        reading.add(try FieldStatement(annotation.value, on: edge))
      } catch {
        faults.append(FieldFault(edge: edge, record: annotation.record, error: error))
      }
    }
    if let missing = reading.missing, let record = said.first?.record {
      faults.append(FieldFault(edge: edge, record: record, error: missing))
    }
    if !reading.statements.isEmpty, let record = said.first?.record {
      statements.append(Statement(source: source, parts: reading.statements, record: record))
    }
  }
}

/// A statement of mappings that could not be used in full.
///
/// What can be read of it is used; the fields of its output count as fields of which not all is
/// known.
public struct FieldFault: Sendable, Hashable {
  /// The edge that the statement stands on.
  public let edge: Edge
  /// The record at fault, or one of those of which others are missing.
  public let record: RecordID
  /// What is wrong.
  public let error: FieldError

  package init(edge: Edge, record: RecordID, error: FieldError) {
    self.edge = edge
    self.record = record
    self.error = error
  }
}
