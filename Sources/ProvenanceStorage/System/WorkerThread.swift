// Threads are the one thing besides the calls of SystemCalls.swift that is taken from the C library.

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A thread of its own that runs jobs in order, so that waiting for a disk never holds up the
/// cooperative pool.
final class WorkerThread: Sendable {
  private let queue = JobQueue()
  private let owner = SystemCalls.processID
  private let hasStarted = Lock(false)

  /// Starts the thread.
  ///
  /// - Parameter isLazy: Whether to start it with the first job. Where the system then gives no thread,
  ///   jobs run on that of whoever submits them.
  /// - Throws: `io` when the system gives no thread.
  init(isLazy: Bool = false) throws {
    if !isLazy { try start() }
  }

  private func start() throws {
    try hasStarted.withLock { hasStarted in
      guard !hasStarted else { return }
      try Self.start(queue)
      hasStarted = true
    }
  }

  private static func start(_ queue: JobQueue) throws {
    let argument = unsafe Unmanaged.passRetained(queue)
    #if canImport(Darwin)
    var thread: pthread_t?
    #else
    var thread = pthread_t()
    #endif
    let error = unsafe pthread_create(&thread, nil, runJobs, argument.toOpaque())
    guard error == 0 else {
      unsafe argument.release()
      throw StorageError(.io, "the system gives no thread", errno: error)
    }
    #if canImport(Darwin)
    if let thread = unsafe thread { unsafe pthread_detach(thread) }
    #else
    pthread_detach(thread)
    #endif
  }

  /// Throws `closed` in a child process after a fork: threads stay behind in the parent, so that a
  /// job would wait for ever.
  func checkProcess() throws {
    guard SystemCalls.processID == owner else {
      throw StorageError(
        .closed, "the store was opened before a fork; a child process opens it anew")
    }
  }

  /// Runs a job after those that were submitted before.
  func submit(_ job: @escaping @Sendable () -> Void) {
    guard (try? start()) != nil else { return job() }
    queue.add(job)
  }

  /// Runs a job on the thread, and suspends until it is done.
  func run<T: Sendable>(_ job: @escaping @Sendable () throws -> T) async throws -> T {
    try checkProcess()
    return try await withCheckedThrowingContinuation { continuation in
      submit { continuation.resume(with: Result(catching: job)) }
    }
  }

  deinit { queue.stop() }
}

#if canImport(Darwin)
private func runJobs(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
  unsafe Unmanaged<JobQueue>.fromOpaque(argument).takeRetainedValue().run()
  return unsafe nil
}
#else
private func runJobs(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let argument = unsafe argument {
    unsafe Unmanaged<JobQueue>.fromOpaque(argument).takeRetainedValue().run()
  }
  return nil
}
#endif

/// The jobs that wait for a thread.
private final class JobQueue: @unchecked Sendable {
  private let monitor = Monitor()
  private var jobs: [@Sendable () -> Void] = []
  private var isStopped = false

  func add(_ job: @escaping @Sendable () -> Void) {
    monitor.locked { jobs.append(job) }
    monitor.signal()
  }

  func stop() {
    monitor.locked { isStopped = true }
    monitor.signal()
  }

  /// Runs jobs until the queue is stopped and empty.
  func run() {
    while true {
      let batch = monitor.locked {
        while jobs.isEmpty, !isStopped { monitor.wait() }
        let batch = jobs
        jobs = []
        return batch
      }
      if batch.isEmpty { return }
      for job in batch { job() }
    }
  }
}

/// A result that one thread waits for and another delivers.
final class Promise<Value: Sendable>: @unchecked Sendable {
  private let monitor = Monitor()
  private var result: Result<Value, any Error>?

  /// Delivers the result, once.
  func fulfil(_ result: Result<Value, any Error>) {
    monitor.locked { self.result = result }
    monitor.signal()
  }

  /// Blocks until the result is there.
  func wait() throws -> Value {
    try monitor.locked {
      while true {
        if let result { return result }
        monitor.wait()
      }
    }.get()
  }
}
