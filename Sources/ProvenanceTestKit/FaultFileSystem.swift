public import ProvenanceStorage

/// A file system that records every operation and fails the chosen ones.
///
/// It wraps another file system, usually the real one. Operations count from 0 in the order in
/// which they start; ``plan`` decides for each whether it goes through. To fault any one call of a
/// scenario, run it once without faults, read ``operationCount``, and run it again for each number
/// with ``failOperation(_:errno:)``:
///
/// ```swift
/// let rehearsal = FaultFileSystem(SystemFileSystem())
/// try scenario(rehearsal)
/// for number in 0..<rehearsal.operationCount {
///   let faulty = FaultFileSystem(SystemFileSystem())
///   faulty.failOperation(number, errno: ENOSPC)
///   // the scenario throws, or what it acknowledged is there afterwards
/// }
/// ```
///
/// A failed operation does nothing, except that ``FileFault/shortWrite(_:)`` and
/// ``FileFault/tornWrite(_:errno:)`` write a part and that a failed close closes the file.
public final class FaultFileSystem: FileSystem {
  let base: any FileSystem
  let state = Lock(State())

  struct State {
    var operations: [FileOperation] = []
    var count = 0
    var faults = 0
    var recordsOperations = true
    var paths: [OpenFile: String] = [:]
    var plan: (@Sendable (Int, FileOperation) -> FileFault?)?
  }

  /// Wraps a file system.
  ///
  /// - Parameter base: The file system that does the work.
  public init(_ base: any FileSystem) { self.base = base }

  /// The operations so far, the failed ones included.
  public var operations: [FileOperation] { state.withLock { $0.operations } }

  /// The number of operations so far, the failed ones included.
  public var operationCount: Int { state.withLock { $0.count } }

  /// The number of operations that were failed or shortened.
  public var faultCount: Int { state.withLock { $0.faults } }

  /// Decides for each operation, by its number and what it is, whether it fails.
  ///
  /// - Parameter plan: Returns the fault, or `nil` to let the operation through.
  public func plan(_ plan: (@Sendable (Int, FileOperation) -> FileFault?)?) {
    state.withLock { $0.plan = plan }
  }

  /// Starts counting at 0 again and forgets the recorded operations; the plan stays.
  public func reset() {
    state.withLock {
      $0.operations = []
      $0.count = 0
      $0.faults = 0
    }
  }

  /// Counts an operation, and returns its fault.
  func fault(_ operation: FileOperation) -> FileFault? {
    let (number, plan) = state.withLock { state in
      let number = state.count
      state.count += 1
      if state.recordsOperations { state.operations.append(operation) }
      return (number, state.plan)
    }
    guard let fault = plan?(number, operation) else { return nil }
    state.withLock { $0.faults += 1 }
    return fault
  }

  /// Counts an operation, and throws when it is to fail.
  func pass(_ operation: FileOperation) throws {
    guard let fault = fault(operation), let errno = fault.errno else { return }
    throw StorageError(
      errno: errno, operation: operation.name.rawValue, path: operation.path,
      offset: operation.offset)
  }

  func path(of file: OpenFile) -> String? { state.withLock { $0.paths[file] } }
}

extension FaultFileSystem {
  /// Fails one operation.
  ///
  /// - Parameters:
  ///   - number: The operation's number.
  ///   - errno: The error number that it gives.
  public func failOperation(_ number: Int, errno: Int32) {
    plan { count, _ in count == number ? .error(errno) : nil }
  }

  /// Fails every operation from one on, as a device that has gone does.
  ///
  /// - Parameters:
  ///   - number: The first operation that fails.
  ///   - errno: The error number that they give.
  public func failOperations(from number: Int, errno: Int32) {
    plan { count, _ in count >= number ? .error(errno) : nil }
  }

  /// Fails the operations that a predicate picks.
  ///
  /// - Parameters:
  ///   - errno: The error number that they give.
  ///   - predicate: Whether an operation fails.
  public func failOperations(
    errno: Int32, where predicate: @escaping @Sendable (FileOperation) -> Bool
  ) {
    plan { _, operation in predicate(operation) ? .error(errno) : nil }
  }

  /// Lets every write through only a few bytes at a time.
  ///
  /// - Parameter limit: The most bytes that one call writes; at least 1.
  public func shortenWrites(to limit: Int) {
    plan { _, operation in operation.name == .write ? .shortWrite(max(limit, 1)) : nil }
  }

  /// Lets everything through again.
  public func clearFaults() { plan(nil) }
}
