/// Flags that say why something recorded does not count now; none set means that it does.
struct Status: OptionSet, Sendable, Hashable {
  let rawValue: UInt8

  /// Retracted, and the retraction stands.
  static let retracted = Status(rawValue: 1)
  /// An edge that the relation table does not allow between its endpoints.
  static let forbidden = Status(rawValue: 2)
  /// An edge inside a cycle.
  static let disputed = Status(rawValue: 4)
  /// An edge with a retracted endpoint.
  static let endpointHidden = Status(rawValue: 8)
}

/// The flags of those rows of a table that ever had one, now and at every earlier epoch.
///
/// Rows that always counted, which is nearly all, cost nothing.
struct StatusHistory<Row: Hashable & Sendable>: Sendable {
  private var changes: [Row: [Change]] = [:]

  private struct Change: Sendable {
    var epoch: Epoch
    var status: Status
  }

  var isEmpty: Bool { changes.isEmpty }

  /// Whether a row ever had a flag.
  func isKnown(_ row: Row) -> Bool { changes[row] != nil }

  /// The flags of a row now.
  subscript(row: Row) -> Status {
    changes.isEmpty ? [] : changes[row]?.last?.status ?? []
  }

  /// The flags of a row as of an epoch.
  func status(_ row: Row, at horizon: Epoch) -> Status {
    guard !changes.isEmpty, let all = changes[row] else { return [] }
    return all.last { $0.epoch <= horizon }?.status ?? []
  }

  /// Changes the flags of a row.
  mutating func set(_ row: Row, _ status: Status, at epoch: Epoch) {
    guard self[row] != status else { return }
    var all = changes.removeValue(forKey: row) ?? []
    if all.last?.epoch == epoch { all.removeLast() }
    all.append(Change(epoch: epoch, status: status))
    changes[row] = all
  }

  /// The rows that have a flag as of an epoch.
  func rows(at horizon: Epoch, where matches: (Status) -> Bool) -> [Row] {
    changes.compactMap { row, all in
      guard let status = all.last(where: { $0.epoch <= horizon })?.status else { return nil }
      return matches(status) ? row : nil
    }
  }

  /// Forgets all changes past an epoch.
  mutating func rewind(to epoch: Epoch) {
    for (row, all) in changes where all.last.map({ $0.epoch > epoch }) == true {
      let kept = all.filter { $0.epoch <= epoch }
      changes[row] = kept.isEmpty ? nil : kept
    }
  }
}

// MARK: - Stored

extension StatusHistory {
  /// A row and every change of its flags, as epochs and flags in turn.
  typealias StoredRow = (row: Row, changes: [UInt64])

  var stored: [StoredRow] {
    changes.map { row, all in (row, all.flatMap { [UInt64($0.epoch), UInt64($0.status.rawValue)] })
    }
  }

  /// Takes the changes of a row of a stored graph.
  mutating func restore(_ row: Row, _ stored: [UInt64]) {
    changes[row] = stride(from: 0, to: stored.count - 1, by: 2).map {
      Change(
        epoch: Epoch(truncatingIfNeeded: stored[$0]),
        status: Status(rawValue: UInt8(truncatingIfNeeded: stored[$0 + 1])))
    }
  }
}
