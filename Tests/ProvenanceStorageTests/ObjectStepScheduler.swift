import Dispatch
import Foundation
import ProvenanceStorage
import ProvenanceTestKit

/// Lets several threads run one step at a time, in an order that is chosen from outside.
///
/// A step is a file operation that another actor could notice, or whose result another could change:
/// what concerns names. What happens between two steps (writing to a temporary file of one's own,
/// synchronising) belongs to the former.
final class StepScheduler: @unchecked Sendable {
  /// One choice between actors that could go on.
  struct Decision {
    /// The files and what each actor has seen so far, as a number.
    var state: Int
    var ready: [Int]
    var chosen: Int
  }

  struct Trace { var decisions: [Decision] = [] }

  private let base: CrashFileSystem
  /// The number of the first file that an actor makes.
  let firstNewFile: UInt64
  private let actors: Int
  /// Signalled whenever an actor has come to its next step, or to its end.
  private let arrival = DispatchSemaphore(value: 0)
  /// Signalled when an actor may perform its step.
  private let turns: [DispatchSemaphore]
  private let lock = NSLock()
  /// Who waits for a step, and for which.
  private var waiting: [Int: String] = [:]
  /// A digest of all that an actor has done and been told.
  private var histories: [Int]

  init(_ base: CrashFileSystem, actors: Int) {
    self.base = base
    firstNewFile = UInt64(base.fileCount)
    self.actors = actors
    histories = Array(repeating: 0, count: actors)
    turns = (0..<actors).map { _ in DispatchSemaphore(value: 0) }
  }

  /// Runs the actors, each on a thread: the first steps in a given order, the rest in turn.
  func run(_ schedule: [Int], _ body: @escaping @Sendable (Int) -> Void) -> Trace {
    for actor in 0..<actors {
      Thread {
        body(actor)
        self.arrival.signal()
      }.start()
    }
    for _ in 0..<actors { arrival.wait() }
    var trace = Trace()
    while true {
      let next = lock.withLock {
        let ready = waiting.keys.sorted()
        guard let first = ready.first else { return nil as Int? }
        let index = trace.decisions.count
        let isPlanned = index < schedule.count && ready.contains(schedule[index])
        let chosen = isPlanned ? schedule[index] : first
        trace.decisions.append(Decision(state: fingerprint(ready), ready: ready, chosen: chosen))
        waiting[chosen] = nil
        return chosen
      }
      guard let next else { return trace }
      // The actor runs alone until its next step.
      turns[next].signal()
      arrival.wait()
    }
  }

  private func fingerprint(_ ready: [Int]) -> Int {
    var hasher = Hasher()
    hasher.combine(base.fingerprint)
    hasher.combine(histories)
    for actor in ready { hasher.combine(waiting[actor]) }
    return hasher.finalize()
  }

  /// Waits for its turn, and performs a step.
  ///
  /// `describe` says what the actor learns from the result; of a value that is chosen at random, or
  /// differs from run to run, it must say nothing.
  @discardableResult
  func step<R>(
    _ actor: Int, _ name: String, describe: (R) -> String = { "\($0)" }, _ body: () throws -> R
  ) throws -> R {
    lock.withLock { waiting[actor] = name }
    arrival.signal()
    turns[actor].wait()
    let result = Result { try body() }
    var hasher = Hasher()
    hasher.combine(lock.withLock { histories[actor] })
    hasher.combine(name)
    switch result {
    case .success(let value): hasher.combine(describe(value))
    case .failure(let error): hasher.combine("\((error as? StorageError)?.kind as Any)")
    }
    lock.withLock { histories[actor] = hasher.finalize() }
    return try result.get()
  }

  func fileSystem(of actor: Int) -> any FileSystem {
    SteppingFileSystem(base: base, scheduler: self, actor: actor)
  }
}

/// The file system of one actor: what concerns names that others know is a step.
private struct SteppingFileSystem: ForwardingFileSystem {
  let base: any FileSystem
  let scheduler: StepScheduler
  let actor: Int

  /// Temporaries have random names that nobody else looks at, and what is in `sha256` itself never
  /// goes away.
  private func isShared(_ path: String) -> Bool {
    path.hasPrefix("/objects/") && !path.hasPrefix("/objects/tmp") && !path.hasSuffix(".tmp")
      && path != "/objects/sha256" && path != "/objects/leases" && path != "/objects/trash"
      && !(path.hasPrefix("/objects/sha256/") && path.utf8.count < 20)
  }

  /// A name without what is random in it.
  private func label(_ path: String) -> String {
    path.hasPrefix("/objects/leases/") ? "a lease" : path
  }

  func open(
    _ path: String, _ options: FileOpenOptions, permissions: UInt32
  ) throws -> OpenFile {
    guard isShared(path) else {
      return try base.open(path, options, permissions: permissions)
    }
    return try scheduler.step(actor, "open \(label(path))", describe: { _ in "" }) {
      try base.open(path, options, permissions: permissions)
    }
  }

  func status(at path: String, followingLinks: Bool) throws -> FileStatus {
    guard isShared(path) else {
      return try base.status(at: path, followingLinks: followingLinks)
    }
    // Of the number of a file only this is looked at: whether it was there from the beginning.
    return try scheduler.step(
      actor, "status \(label(path))",
      describe: { "\($0.size) \($0.changeTime) \(min($0.inode, scheduler.firstNewFile))" }
    ) {
      try base.status(at: path, followingLinks: followingLinks)
    }
  }

  func rename(_ path: String, to destination: String) throws {
    try scheduler.step(actor, "rename to \(label(destination))") {
      try base.rename(path, to: destination)
    }
  }

  func link(_ path: String, to destination: String) throws {
    try scheduler.step(actor, "link to \(label(destination))") {
      try base.link(path, to: destination)
    }
  }

  func unlink(_ path: String) throws {
    guard isShared(path) else { return try base.unlink(path) }
    try scheduler.step(actor, "unlink \(label(path))") { try base.unlink(path) }
  }

  func createDirectory(_ path: String, permissions: UInt32) throws {
    guard isShared(path) else {
      return try base.createDirectory(path, permissions: permissions)
    }
    try scheduler.step(actor, "make \(path)") {
      try base.createDirectory(path, permissions: permissions)
    }
  }

  func removeDirectory(_ path: String) throws {
    try scheduler.step(actor, "remove \(path)") { try base.removeDirectory(path) }
  }

  func names(inDirectory path: String) throws -> [String] {
    guard
      path == "/objects/leases" || path.hasPrefix("/objects/trash")
        || (path.hasPrefix("/objects/sha256/"))
    else { return try base.names(inDirectory: path) }
    let isRandom = path == "/objects/leases"
    return try scheduler.step(
      actor, "list \(path)", describe: { isRandom ? "\($0.count)" : "\($0)" }
    ) {
      try base.names(inDirectory: path)
    }
  }
}

extension CrashFileSystem {
  var fileCount: Int { state.withLock { $0.nodes.count } }

  /// The files that all can see, as a number: without random names.
  var fingerprint: Int {
    state.withLock { state in
      var hasher = Hasher()
      var sum = 0
      var waiting = [("", 0)]
      while let (path, number) = waiting.popLast() {
        let isRandom = path == "/objects/tmp" || path == "/objects/leases"
        for (name, child) in state.nodes[number].entries {
          let path = isRandom ? path + "/*" : path + "/" + name
          var entry = Hasher()
          entry.combine(path)
          // Which names lead to one file counts, not which number the file has.
          entry.combine(state.nodes[child].changeTime)
          entry.combine(isRandom ? [] : state.nodes[child].content)
          sum &+= entry.finalize()
          if state.nodes[child].kind == .directory { waiting.append((path, child)) }
        }
      }
      hasher.combine(sum)
      return hasher.finalize()
    }
  }
}
