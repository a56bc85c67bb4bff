extension ProvenanceGraph {
  /// Whether a record is known without its payload, so that the payload may still arrive.
  ///
  /// Payloads come and go at every position at once, which ``rewind(to:)`` does not undo.
  package func lacksPayload(_ id: RecordID) -> Bool {
    switch storage.places[id] {
    case .annotation(let row)?: storage.annotations.body(row, at: storage.tail) == nil
    case .retraction(let row)?: storage.retractions.retractions[Int(row)].statement == nil
    case .pendingAnnotation?: true
    default: false
    }
  }
}
