import Synchronization

/// Who may write behind the end of shared tables: the copy that ends where they end.
///
/// Copies of a graph share their tables. The first of them to add something takes the claim and goes
/// on in place; any other copy then ends somewhere in the middle, and has to fork before it writes.
final class WriterClaim: Sendable {
  private let end: Atomic<UInt32>

  init(end: Epoch) { self.end = Atomic(end) }

  /// Takes the right to write behind an epoch.
  ///
  /// - Returns: Whether nobody has written behind it yet.
  func take(behind epoch: Epoch) -> Bool {
    end.compareExchange(expected: epoch, desired: epoch + 1, ordering: .acquiringAndReleasing)
      .exchanged
  }
}

/// Stands for one history: every storage that holds a part of it has the same one.
///
/// A fork has its own.
final class HistoryMark: Sendable {}
