import Synchronization

/// Scratch memory that walks on any thread share, without a lock.
///
/// A walk takes what lies in a slot, or makes its own, and puts it back where a slot is free; so at most
/// four stay. One that is too small for a walk is replaced by a larger one.
@safe
final class ScratchPool: Sendable {
  private typealias Slot = Atomic<Unmanaged<TraversalScratch>?>

  private let first = unsafe Slot(nil)
  private let second = unsafe Slot(nil)
  private let third = unsafe Slot(nil)
  private let fourth = unsafe Slot(nil)

  /// Runs a walk over memory for this many rows.
  ///
  /// O(1), but for the first walks and where the graph has grown. The body leaves all bits clear.
  func with<Result, Failure: Error>(
    rows: Int, _ body: (TraversalScratch) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var scratch = take()
    if (scratch?.rowCapacity ?? 0) < rows {
      // Half as much again, so that a growing graph seldom comes here.
      scratch = TraversalScratch(rows: rows + rows / 2)
    }
    guard let scratch else { return try body(TraversalScratch(rows: rows)) }
    defer { put(scratch) }
    return try body(scratch)
  }

  private func take() -> TraversalScratch? {
    unsafe take(first) ?? take(second) ?? take(third) ?? take(fourth)
  }

  private func take(_ slot: borrowing Slot) -> TraversalScratch? {
    // Looking first keeps the line shared where the slot is empty.
    guard unsafe slot.load(ordering: .relaxed) != nil else { return nil }
    return unsafe slot.exchange(nil, ordering: .acquiring)?.takeRetainedValue()
  }

  private func put(_ scratch: TraversalScratch) {
    let owned = unsafe Unmanaged.passRetained(scratch)
    let isKept =
      unsafe put(owned, first) || put(owned, second) || put(owned, third) || put(owned, fourth)
    if !isKept { unsafe owned.release() }
  }

  private func put(_ owned: Unmanaged<TraversalScratch>, _ slot: borrowing Slot) -> Bool {
    unsafe slot.compareExchange(expected: nil, desired: owned, ordering: .releasing).exchanged
  }

  deinit {
    while take() != nil {}
  }
}
