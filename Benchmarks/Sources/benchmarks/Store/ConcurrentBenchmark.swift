import Foundation
import Provenance
import ProvenanceStorage
import Synchronization

/// Many callers that commit one run each and wait for it, beside one caller with groups.
struct ConcurrentBenchmark {
  private static let callers = 64
  private static let runsPerCaller = 32
  private static var runsPerRound: Int { callers * runsPerCaller }

  private let name: String
  private let bench: Workbench
  private let place: StoreBench
  private let workload: RunWorkload

  init(_ name: String, _ bench: Workbench) throws {
    self.name = name
    self.bench = bench
    place = try StoreBench(bench)
    workload = try RunWorkload()
  }
}

extension ConcurrentBenchmark {
  /// Runs a second: of tasks, of threads, of one caller.
  func rows() throws -> [Row] {
    let tasks = try subject("tasks")
    let threads = try subject("threads")
    let sixtyFour = try subject("64")
    let thousand = try subject("1000")
    let rounds = Rounds(
      name: name, graph: place.fileSystem, unit: .operationsPerSecond,
      items: Double(Self.runsPerRound), budget: bench.budget * 1.6, most: 99)
    let rows = try rounds.run(
      .init(name: "ours, 64 tasks") { try tasks.round { try Self.inTasks($0) } },
      [
        .init(name: "ours, 64 threads") { try threads.round { try Self.inThreads($0) } },
        .init(name: "ours, 64 runs a commit") {
          try sixtyFour.round { try Self.inGroups($0, of: 64) }
        },
        .init(name: "ours, 1000 runs a commit") {
          try thousand.round { try Self.inGroups($0, of: 1000) }
        },
      ])
    for subject in [tasks, threads, sixtyFour, thousand] { try subject.verify() }
    return rows
  }

  private func subject(_ name: String) throws -> Subject {
    try Subject(place.path(name), workload, runsPerRound: Self.runsPerRound)
  }

  /// A store and the runs that it gets.
  private final class Subject {
    struct Round: Sendable {
      var store: ProvenanceStore
      var workload: RunWorkload
      var runs: Range<Int>
      var causes: [UInt32]

      func commit(_ part: Range<Int>) throws { try store.commit(records(part)) }

      func commit(_ part: Range<Int>) async throws { try await store.commit(records(part)) }

      private func records(_ part: Range<Int>) throws -> [Record] {
        let width = RunWorkload.causesPerRun
        let start = (part.lowerBound - runs.lowerBound) * width
        return try workload.records(part, Array(causes[start..<start + part.count * width]))
      }
    }

    private let directory: String
    private let workload: RunWorkload
    private let store: ProvenanceStore
    private let runsPerRound: Int
    private var committed = 0

    init(_ directory: String, _ workload: RunWorkload, runsPerRound: Int) throws {
      self.directory = directory
      self.workload = workload
      self.runsPerRound = runsPerRound
      store = try ProvenanceStore.open(at: directory)
      try store.commit(workload.start())
    }

    func round(_ work: (Round) throws -> Void) throws -> Double {
      let runs = committed..<committed + runsPerRound
      let round = Round(
        store: store, workload: workload, runs: runs, causes: workload.causes(of: runs))
      committed = runs.upperBound
      return try Clock.seconds { try work(round) }
    }

    func verify() throws {
      try store.close()
      try StoreContender.verify(directory, runs: committed)
    }
  }

  private static func inGroups(_ round: Subject.Round, of size: Int) throws {
    for first in stride(from: round.runs.lowerBound, to: round.runs.upperBound, by: size) {
      try round.commit(first..<min(first + size, round.runs.upperBound))
    }
  }

  private static func runs(_ round: Subject.Round, ofCaller caller: Int) -> Range<Int> {
    let first = round.runs.lowerBound + caller * runsPerCaller
    return first..<first + runsPerCaller
  }

  private static func inThreads(_ round: Subject.Round) throws {
    let callers = Callers()
    for caller in 0..<Self.callers {
      let runs = runs(round, ofCaller: caller)
      Thread.detachNewThread {
        callers.end(Result { for run in runs { try round.commit(run..<run + 1) } })
      }
    }
    try callers.wait()
  }

  private static func inTasks(_ round: Subject.Round) throws {
    let callers = Callers()
    for caller in 0..<Self.callers {
      let runs = runs(round, ofCaller: caller)
      Task.detached {
        do {
          for run in runs { try await round.commit(run..<run + 1) }
          callers.end(.success(()))
        } catch { callers.end(.failure(error)) }
      }
    }
    try callers.wait()
  }

  /// Waits for all callers, and keeps one failure.
  private final class Callers: Sendable {
    private let failure = Mutex<(any Error)?>(nil)
    private let ended = DispatchSemaphore(value: 0)

    func end(_ result: Result<Void, any Error>) {
      if case .failure(let error) = result { failure.withLock { $0 = error } }
      ended.signal()
    }

    func wait() throws {
      for _ in 0..<ConcurrentBenchmark.callers { ended.wait() }
      if let failure = failure.withLock({ $0 }) { throw failure }
    }
  }
}
