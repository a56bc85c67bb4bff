#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A value that one thread at a time can touch.
///
/// On the lock of the system's threads, and not `Mutex` of the standard library: the thread sanitizer
/// knows only the former, and what it cannot follow it can neither clear nor find.
package final class Lock<Value: Sendable>: @unchecked Sendable {
  private let monitor = Monitor()
  private var value: Value

  /// Guards a value.
  package init(_ value: Value) { self.value = value }

  /// Runs `body` with the value while no other thread does.
  ///
  /// - Parameter body: What to do; it must not take the same lock.
  /// - Returns: What `body` returns.
  package func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    try monitor.locked { try body(&value) }
  }
}

/// A lock with a condition to wait for.
@safe
final class Monitor: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(condition, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  func locked<T>(_ body: () throws -> T) rethrows -> T {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return try body()
  }

  /// Waits for a signal; call with the lock held.
  func wait() { unsafe pthread_cond_wait(condition, mutex) }

  func signal() { unsafe pthread_cond_broadcast(condition) }
}
