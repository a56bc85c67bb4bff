import Provenance

/// A call to commit that waits for its turn.
struct CommitRequest: Sendable {
  var records: [Record]
  /// Whether to refuse what is wrong or to keep it.
  var isChecked: Bool
  var complete: @Sendable (Result<StoreCommit, any Error>) -> Void
}

/// The calls that wait while others are committed; there is one at work at a time, a caller or the
/// store's thread.
struct CommitQueue: Sendable {
  private(set) var waiting: [CommitRequest] = []
  private var isCommitting = false

  /// Begins with a request, or lets it wait.
  ///
  /// - Returns: Whether it is the caller who commits it, and then calls ``end()``.
  mutating func begin(_ request: CommitRequest) -> Bool {
    guard isCommitting else {
      isCommitting = true
      return true
    }
    waiting.append(request)
    return false
  }

  /// Lets a request wait.
  ///
  /// - Returns: Whether the caller sees to it that ``next()`` is called until there is nothing more.
  mutating func enqueue(_ request: CommitRequest) -> Bool {
    waiting.append(request)
    guard !isCommitting else { return false }
    isCommitting = true
    return true
  }

  /// Ends what was begun, unless something waits.
  ///
  /// - Returns: Whether it ended; otherwise ``next()`` is to be called until there is nothing more.
  mutating func end() -> Bool {
    guard waiting.isEmpty else { return false }
    isCommitting = false
    return true
  }

  /// Everything that waits; `nil` when there is nothing, and then nobody is at work any more.
  mutating func next() -> [CommitRequest]? {
    if end() { return nil }
    let group = waiting
    waiting = []
    return group
  }
}
