import Foundation
import Provenance
import Synchronization

/// How fast a thread reads while another writes as fast as it can.
struct ReadersBenchmark {
  private let name: String
  private let source: GraphSource
  private let questions: Questions
  private let material: Subject.Material

  init(_ name: String, _ source: GraphSource, _ bench: Workbench) throws {
    self.name = name
    self.source = source
    questions = try bench.workload(source).questions
    material = try bench.material(source)
  }
}

extension ReadersBenchmark {
  private static let rounds = 5
  /// Steps between two snapshots that the writer hands out.
  private static let stepsPerSnapshot = 1000
  private static let largestAnswer = 1000

  /// Each thread beside the other one and alone.
  ///
  /// Half of the graph is there; the writer adds the other half, handing out a snapshot every thousand
  /// steps, and the reader asks the newest one for ancestors, question after question.
  func rows() throws -> [Row] {
    let half = material.stepCount / 2
    var start = Subject(material)
    try start.insert(material, steps: 0..<half)
    let asked = questions.reach.filter { $0.ancestors < Self.largestAnswer && $0.node < half / 2 }
      .map(\.node)
    try check(!asked.isEmpty, "\(name): there are no small questions about \(source.name)")
    for node in asked { keep(try start.ancestors(of: node)) }

    var alone = (reads: [Double](), writes: [Double]())
    var together = (reads: [Double](), writes: [Double]())
    for _ in 0..<Self.rounds {
      let writing = try Round(start, asked, material, half).run(reads: false, writes: true)
      alone.writes.append(writing.writesPerSecond)
      let both = try Round(start, asked, material, half).run(reads: true, writes: true)
      together.reads.append(both.readsPerSecond)
      together.writes.append(both.writesPerSecond)
      let reading = try Round(start, asked, material, half)
        .run(reads: true, writes: false, seconds: max(0.05, both.seconds))
      alone.reads.append(reading.readsPerSecond)
    }
    func row(_ part: String, _ values: [Double], _ baseline: String, _ others: [Double]) -> Row {
      Row(
        name: "\(name).\(part)", graph: source.name, unit: .operationsPerSecond,
        value: values.median, baseline: baseline, baselineValue: others.median,
        ratio: values.median / others.median)
    }
    return [
      row("reading", together.reads, "ours, no writer", alone.reads),
      row("writing", together.writes, "ours, no reader", alone.writes),
    ]
  }

  /// One reader and one writer, each until the writer is done.
  private struct Round {
    struct Result {
      var readsPerSecond: Double
      var writesPerSecond: Double
      var seconds: Double
    }

    private let shared: Shared
    private let asked: [UInt32]
    private let material: Subject.Material
    private let first: Int

    init(
      _ start: Subject, _ asked: [UInt32], _ material: Subject.Material, _ first: Int
    ) {
      shared = Shared(start)
      self.asked = asked
      self.material = material
      self.first = first
    }

    func run(reads: Bool, writes: Bool, seconds limit: Double = .infinity) throws -> Result {
      let begin = Clock.nanoseconds
      let reader = reads ? startReader() : nil
      if writes {
        shared.write(material, first)
      } else {
        Thread.sleep(forTimeInterval: limit)
      }
      let seconds = Double(Clock.nanoseconds - begin) * 1e-9
      shared.isDone.store(true, ordering: .releasing)
      reader?.wait()
      if let failure = shared.failure.withLock({ $0 }) { throw failure }
      return Result(
        readsPerSecond: Double(shared.reads.load(ordering: .acquiring)) / seconds,
        writesPerSecond: Double(material.stepCount - first) / seconds, seconds: seconds)
    }

    private func startReader() -> DispatchSemaphore {
      let ended = DispatchSemaphore(value: 0)
      let (shared, asked) = (shared, asked)
      Thread.detachNewThread {
        shared.read(asked)
        ended.signal()
      }
      return ended
    }
  }

  private final class Shared: Sendable {
    let newest: Mutex<Subject>
    let isDone = Atomic(false)
    let reads = Atomic(0)
    let failure = Mutex<(any Error)?>(nil)

    init(_ start: Subject) { newest = Mutex(start) }

    func read(_ asked: [UInt32]) {
      var count = 0
      do {
        while !isDone.load(ordering: .acquiring) {
          let snapshot = newest.withLock { $0 }
          keep(try snapshot.ancestors(of: asked[count % asked.count]))
          count += 1
        }
      } catch { failure.withLock { $0 = error } }
      reads.store(count, ordering: .releasing)
    }

    func write(_ material: Subject.Material, _ first: Int) {
      var graph = newest.withLock { $0 }
      do {
        var step = first
        while step < material.stepCount {
          let end = min(step + ReadersBenchmark.stepsPerSnapshot, material.stepCount)
          try graph.insert(material, steps: step..<end)
          newest.withLock { $0 = graph }
          step = end
        }
      } catch { failure.withLock { $0 = error } }
    }
  }
}
