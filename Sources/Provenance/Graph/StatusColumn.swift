/// A number that counts the batches that a graph took in; 0 is before the first.
typealias Epoch = UInt32
/// A node's place in insertion order, private to a graph value.
typealias NodeIndex = UInt32
/// An edge's place in insertion order, private to a graph value.
typealias EdgeIndex = UInt32

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
  /// Internal to the column: the flags have changed since the row was made.
  fileprivate static let hasHistory = Status(rawValue: 128)
}

/// The flags of each row of a table, now and at every earlier epoch.
///
/// One byte a row; only rows whose flags changed after they were made cost more.
struct StatusColumn: Sendable {
  private var current: [Status] = []
  private var history: [UInt32: [Change]] = [:]

  private struct Change: Sendable {
    var epoch: Epoch
    var status: Status
  }

  /// Adds a row.
  mutating func append(_ status: Status = []) { current.append(status) }

  /// The flags of a row now.
  @inline(__always)
  subscript(row: UInt32) -> Status { current[Int(row)].subtracting(.hasHistory) }

  /// The flags of a row as of an epoch at or after that in which it was made.
  @inline(__always)
  func status(_ row: UInt32, at horizon: Epoch) -> Status {
    let now = current[Int(row)]
    return now.contains(.hasHistory) ? past(row, horizon) : now
  }

  private func past(_ row: UInt32, _ horizon: Epoch) -> Status {
    history[row]?.last { $0.epoch <= horizon }?.status ?? []
  }

  /// Changes the flags of a row.
  ///
  /// - Parameters:
  ///   - row: The row.
  ///   - status: Its new flags.
  ///   - epoch: The epoch of the change.
  ///   - birth: The epoch in which the row was made.
  mutating func set(_ row: UInt32, _ status: Status, at epoch: Epoch, birth: Epoch) {
    let before = self[row]
    guard before != status else { return }
    if birth == epoch {
      current[Int(row)] = status
      return
    }
    current[Int(row)] = status.union(.hasHistory)
    var changes = history[row] ?? [Change(epoch: birth, status: before)]
    if changes[changes.count - 1].epoch == epoch {
      changes[changes.count - 1].status = status
    } else {
      changes.append(Change(epoch: epoch, status: status))
    }
    history[row] = changes
  }

  /// Forgets all rows past a count and all changes past an epoch.
  mutating func rewind(to epoch: Epoch, count: Int) {
    current.removeLast(current.count - count)
    for (row, changes) in history {
      if row >= count {
        history[row] = nil
        continue
      }
      guard changes[changes.count - 1].epoch > epoch else { continue }
      let kept = changes.filter { $0.epoch <= epoch }
      current[Int(row)] = kept[kept.count - 1].status
      history[row] = kept.count > 1 ? kept : nil
      if kept.count > 1 { current[Int(row)].formUnion(.hasHistory) }
    }
  }
}
