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
    #if canImport(Darwin)
    unsafe pthread_cond_init(condition, nil)
    #else
    // Timed waits must not follow the wall clock when somebody sets it.
    var attributes = pthread_condattr_t()
    unsafe pthread_condattr_init(&attributes)
    unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    unsafe pthread_cond_init(condition, &attributes)
    unsafe pthread_condattr_destroy(&attributes)
    #endif
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

  /// Waits for a signal, but not longer than so many nanoseconds; call with the lock held.
  func wait(nanoseconds: UInt64) {
    let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    #if canImport(Darwin)
    var span = timespec(tv_sec: Int(clamping: seconds), tv_nsec: Int(rest))
    unsafe pthread_cond_timedwait_relative_np(condition, mutex, &span)
    #else
    var end = timespec()
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &end)
    end.tv_sec += time_t(clamping: min(seconds, 1 << 30))
    end.tv_nsec += Int(rest)
    if end.tv_nsec >= 1_000_000_000 {
      end.tv_sec += 1
      end.tv_nsec -= 1_000_000_000
    }
    unsafe pthread_cond_timedwait(condition, mutex, &end)
    #endif
  }

  func signal() { unsafe pthread_cond_broadcast(condition) }
}
