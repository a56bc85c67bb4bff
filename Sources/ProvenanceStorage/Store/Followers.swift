import Provenance

/// Those that wait for a store's commits, and whether a thread looks for commits on their behalf.
final class Followers: @unchecked Sendable {
  private let monitor = Monitor()
  private var continuations: [UInt64: AsyncStream<Position>.Continuation] = [:]
  private var nextNumber: UInt64 = 0
  /// The last position that was announced.
  private var last = Position.start
  private var isFinished = false
  private var isPolled = false

  /// Whether a thread looks for commits.
  var isPolling: Bool { monitor.locked { isPolled } }

  /// Adds a follower, who is told the current position at once.
  ///
  /// Returns what it follows, and whether the caller has to start looking for commits.
  func add(
    polled: Bool, _ current: () -> Position
  ) -> (stream: AsyncStream<Position>, startsPolling: Bool) {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Position.self, bufferingPolicy: .bufferingNewest(1))
    let number: UInt64? = monitor.locked {
      guard !isFinished else { return nil }
      defer { nextNumber += 1 }
      last = max(last, current())
      continuation.yield(last)
      continuations[nextNumber] = continuation
      return nextNumber
    }
    guard let number else {
      continuation.finish()
      return (stream, false)
    }
    continuation.onTermination = { [weak self] _ in self?.remove(number) }
    let startsPolling = monitor.locked {
      guard polled, !isPolled, !isFinished else { return false }
      isPolled = true
      return true
    }
    return (stream, startsPolling)
  }

  private func remove(_ number: UInt64) {
    monitor.locked { _ = continuations.removeValue(forKey: number) }
    monitor.signal()
  }

  /// Tells everyone of a position, unless they know it or a later one.
  func announce(_ position: Position) {
    monitor.locked {
      guard position > last else { return }
      last = position
      for continuation in continuations.values { continuation.yield(position) }
    }
  }

  /// Ends what everyone follows, for good.
  func finish() {
    let ended = monitor.locked {
      isFinished = true
      isPolled = false
      let ended = continuations
      continuations = [:]
      return ended
    }
    monitor.signal()
    // Without the lock: each of them wants to be removed.
    for continuation in ended.values { continuation.finish() }
  }

  /// Looks for commits as long as there are followers, with pauses.
  ///
  /// `look` says whether it found something, and `nil` when there is nothing to look at any more.
  func poll(_ pace: FollowingPace, _ look: () throws -> Bool?) {
    var idleLooks = 0
    while monitor.locked({ keepsPolling() }) {
      do {
        guard let hasFound = try look() else { return finish() }
        idleLooks = hasFound ? 0 : min(idleLooks + 1, 64)
      } catch {
        return finish()
      }
      monitor.locked {
        guard !isFinished, !continuations.isEmpty else { return }
        monitor.wait(nanoseconds: pace.nanoseconds(afterIdleLooks: idleLooks))
      }
    }
  }

  private func keepsPolling() -> Bool {
    isPolled = !isFinished && !continuations.isEmpty
    return isPolled
  }

  deinit { for continuation in continuations.values { continuation.finish() } }
}
