import Synchronization

/// The memory of questions to an ancestor index, shared by threads without a lock.
///
/// A question takes what lies in a slot, or makes its own, and puts it back where a slot is free.
@safe
final class SearchPool: Sendable {
  private typealias Slot = Atomic<Unmanaged<AncestorSearch>?>

  private let first = unsafe Slot(nil)
  private let second = unsafe Slot(nil)

  /// Runs a question.
  @inline(__always)
  func with<Result>(_ body: (AncestorSearch) -> Result) -> Result {
    let search = take() ?? AncestorSearch()
    defer { put(search) }
    return body(search)
  }

  private func take() -> AncestorSearch? { unsafe take(first) ?? take(second) }

  private func take(_ slot: borrowing Slot) -> AncestorSearch? {
    // Looking first keeps the line shared where the slot is empty.
    guard unsafe slot.load(ordering: .relaxed) != nil else { return nil }
    return unsafe slot.exchange(nil, ordering: .acquiring)?.takeRetainedValue()
  }

  private func put(_ search: AncestorSearch) {
    let owned = unsafe Unmanaged.passRetained(search)
    let isKept = unsafe put(owned, first) || put(owned, second)
    if !isKept { unsafe owned.release() }
  }

  private func put(_ owned: Unmanaged<AncestorSearch>, _ slot: borrowing Slot) -> Bool {
    unsafe slot.compareExchange(expected: nil, desired: owned, ordering: .releasing).exchanged
  }

  deinit {
    while take() != nil {}
  }
}
