/// The retractions of a graph, one row each in order of arrival, listed by target.
struct RetractionTable: Sendable {
  private(set) var ids: [RecordID] = []
  private(set) var retractions: [Retraction] = []
  private(set) var epochs: [Epoch] = []
  var status = StatusHistory<UInt32>()
  private var rowsByTarget: [Retraction.Target: [UInt32]] = [:]
  /// When those that arrived without their statement got it.
  private var restored: [UInt32: Epoch] = [:]

  var isEmpty: Bool { ids.isEmpty }
  var count: Int { ids.count }

  mutating func append(
    _ id: RecordID, _ retraction: Retraction, _ status: Status, epoch: Epoch
  ) -> UInt32 {
    let row = UInt32(ids.count)
    ids.append(id)
    retractions.append(retraction)
    epochs.append(epoch)
    if status != [] { self.status.set(row, status, at: epoch) }
    rowsByTarget[retraction.target, default: []].append(row)
    return row
  }

  /// Drops what a retraction states about itself; it stays in force.
  mutating func erase(_ row: UInt32) {
    retractions[Int(row)] = Retraction(target: retractions[Int(row)].target, statement: nil)
  }

  /// Gives a retraction that arrived without its statement the one that arrived later.
  mutating func restore(_ row: UInt32, _ retraction: Retraction, at epoch: Epoch) {
    retractions[Int(row)] = retraction
    restored[row] = epoch
  }

  /// Whether a retraction of this target stands now.
  func covers(_ target: Retraction.Target) -> Bool {
    !rowsByTarget.isEmpty && rowsByTarget[target]?.contains { status[$0] == [] } == true
  }

  /// Whether a retraction of this target stood at an epoch.
  func covers(_ target: Retraction.Target, at horizon: Epoch) -> Bool {
    !rowsByTarget.isEmpty
      && rowsByTarget[target]?.contains {
        epochs[Int($0)] <= horizon && status.status($0, at: horizon) == []
      } == true
  }

  /// The rows about a target, in order of arrival.
  func rows(of target: Retraction.Target) -> [UInt32] { rowsByTarget[target] ?? [] }

  /// Forgets everything past an epoch.
  mutating func rewind(to epoch: Epoch) {
    while let last = epochs.last, last > epoch {
      let target = retractions[retractions.count - 1].target
      rowsByTarget[target]?.removeLast()
      if rowsByTarget[target]?.isEmpty == true { rowsByTarget[target] = nil }
      ids.removeLast()
      retractions.removeLast()
      epochs.removeLast()
    }
    for (row, restoredAt) in restored where restoredAt > epoch {
      if Int(row) < retractions.count { erase(row) }
      restored[row] = nil
    }
    status.rewind(to: epoch)
  }
}

// MARK: - Stored

extension RetractionTable {
  /// When those that arrived without their statement got it, by row.
  var storedRestorations: [(row: UInt32, epoch: Epoch)] {
    restored.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  mutating func restoreRestoration(_ row: UInt32, _ epoch: Epoch) { restored[row] = epoch }
}
