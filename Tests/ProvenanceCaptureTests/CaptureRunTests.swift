import Foundation
import Provenance
import ProvenanceCapture
import ProvenanceStorage
import Testing

/// The life of a run: durable before its body begins, and its end told as it was.
@Suite struct CaptureRunTests {
  let workshop: Workshop

  init() throws { workshop = try Workshop() }

  struct Failure: Error, Equatable { var number: Int }

  /// Not `Sendable`, on purpose.
  final class Tally { var count = 0 }

  @Test func theStartIsDurableBeforeTheBodyBegins() async throws {
    let recorder = workshop.recorder(launch: LaunchCapture(repository: nil))
    let parent = try await recorder.run("prepare") { $0.node }
    let id = try await recorder.run(
      "train", type: "training", parameters: ["rate": 0.1, "layers": [1, 2]], informedBy: [parent]
    ) { run in
      // What another process would see at this moment.
      let reader = try ProvenanceStore.open(at: workshop.directory + "/store", access: .read)
      let attributes = reader.graph.attributes(of: run.node)
      #expect(attributes[AttributeKey.status]?.stringValue == "running")
      #expect(attributes[AttributeKey.type]?.stringValue == "training")
      #expect(attributes[AttributeKey.started]?.timestampValue != nil)
      #expect(attributes[AttributeKey.ended] == nil)
      #expect(attributes[AttributeKey.parameter("rate")]?.doubleValue == 0.1)
      #expect(attributes[AttributeKey.parameter("layers")]?.listValue == [1, 2])
      let causes = try reader.graph.causes(of: run.node)
      #expect(Set(causes.map(\.kind)) == [.executed, .ranIn, .informedBy])
      let job = try Code("train", namespace: "tests")
      #expect(causes.contains(try run.node.executed(job, role: "job")))
      #expect(reader.graph.attribute(AttributeKey.type, of: job)?.stringValue == "job")
      #expect(reader.graph.nodes(kind: .environment).count == 1)
      return run.id
    }
    let run = try workshop.run(of: "train")
    #expect(run.version == id)
    #expect(workshop.status(run) == "succeeded")
    let attributes = workshop.attributes(run)
    let started = try #require(attributes[AttributeKey.started]?.timestampValue)
    let ended = try #require(attributes[AttributeKey.ended]?.timestampValue)
    #expect(started < ended)
    #expect(
      workshop.store.graph.history(of: run).allSatisfy { $0.annotation.body?.source == "suite" })
    let picture = workshop.store.graph.topologicalOrder().map(\.id)
    try workshop.store.close()
    let again = try ProvenanceStore.open(at: workshop.directory + "/store")
    #expect(again.graph.topologicalOrder().map(\.id) == picture)
    #expect(again.graph.attributes(of: run) == attributes)
    try again.close()
  }

  @Test func theEndsAreToldApart() async throws {
    let recorder = workshop.recorder()
    let value = try await recorder.run("good") { _ in 42 }
    #expect(value == 42)
    let failure = await thrown(Failure.self) {
      try await recorder.run("bad") { _ in throw Failure(number: 7) }
    }
    #expect(failure == Failure(number: 7), "thrown on as it was")
    let started = Signal()
    let task = Task {
      try await recorder.run("stopped") { _ in
        started.set()
        while !Task.isCancelled { await Task.yield() }
        try Task.checkCancellation()
      }
    }
    while !started.isSet { await Task.yield() }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    let runs = try ["good", "bad", "stopped"].map { try workshop.run(of: $0) }
    #expect(runs.map(workshop.status) == ["succeeded", "failed", "cancelled"])
    let errors = runs.map { workshop.attributes($0)[AttributeKey.error]?.stringValue }
    #expect(errors == [nil, "Failure(number: 7)", nil])
    #expect(runs.allSatisfy { workshop.attributes($0)[AttributeKey.ended] != nil })
  }

  @Test func aCancelledTaskStillRecordsItsEnd() async throws {
    let recorder = workshop.recorder()
    let task = Task {
      unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
      return try await recorder.run("early") { run in
        #expect(Task.isCancelled)
        try await run.log(["metric": 1])
        return run.node
      }
    }
    let run = try await task.value
    #expect(
      workshop.status(run) == "succeeded", "the body was not stopped, so it was not cancelled")
    #expect(workshop.attributes(run)[AttributeKey.metric("metric")]?.doubleValue == 1)
  }

  @Test func aVeryLongErrorIsCut() async throws {
    struct Long: Error, CustomStringConvertible {
      var description: String { String(repeating: "e\u{301}x", count: 2_000_000) }
    }
    await #expect(throws: Long.self) {
      try await workshop.recorder().run("bad") { _ in throw Long() }
    }
    let run = try workshop.run(of: "bad")
    #expect(workshop.status(run) == "failed")
    let text = try #require(workshop.attributes(run)[AttributeKey.error]?.stringValue)
    #expect(text.hasSuffix("…"))
    #expect(text.utf8.count < 20_000)
  }

  @Test func theBodyMayUseWhatCannotBeSent() async throws {
    let tally = Tally()
    var local: [String] = []
    let result = try await workshop.recorder().run("count") { run in
      tally.count += 1
      local.append(run.id)
      await Task.yield()
      tally.count += 1
      return tally
    }
    #expect(result === tally)
    #expect(tally.count == 2)
    #expect(local == [try workshop.run(of: "count").version])
  }

  actor Trainer {
    var steps = 0

    func train(_ recorder: Recorder) async throws -> Int {
      try await recorder.run("on-actor") { run in
        self.assertIsolated()
        steps += 1
        try await run.log(["step": Double(steps)])
        self.assertIsolated()
        steps += 1
        return steps
      }
    }
  }

  @Test func theBodyRunsOnTheActorOfItsCaller() async throws {
    #expect(try await Trainer().train(workshop.recorder()) == 2)
    try await onMain(workshop.recorder())
    #expect(workshop.status(try workshop.run(of: "on-actor")) == "succeeded")
    #expect(workshop.status(try workshop.run(of: "on-main")) == "succeeded")
  }

  @MainActor func onMain(_ recorder: Recorder) async throws {
    var seen = 0
    try await recorder.run("on-main") { run in
      MainActor.assertIsolated()
      try await run.annotate(["a": 1])
      MainActor.assertIsolated()
      seen += 1
    }
    #expect(seen == 1)
  }

  /// A status that was said later counts, whatever the clock showed.
  @Test(arguments: [[100], [100, 90, 80, 70], [100, 100, 101, 99]])
  func theLatestWordCountsWhateverTheClock(readings: [Int64]) async throws {
    let recorder = workshop.recorder(clock: ScriptedClock(readings).now)
    for number in 0..<8 {
      let run = try await recorder.run("train", id: "\(number)") { run in
        for step in 0..<4 {
          try await run.log(["loss": Double(-step)])
          let loss = workshop.attributes(run.node)[AttributeKey.metric("loss")]?.doubleValue
          #expect(loss == Double(-step))
        }
        return run.node
      }
      #expect(workshop.status(run) == "succeeded")
    }
  }

  @Test func afterTheEndNothingIsTaken() async throws {
    let recorder = workshop.recorder()
    let data = try Dataset("data", version: "1")
    try await workshop.store.commit([Record(data)])
    let path = try workshop.file("a", "b")
    let run = try await recorder.run("train") { $0 }
    let calls: [@Sendable () async throws -> Void] = [
      { try await run.use(data) }, { try await run.use(file: path) },
      { try await run.configure(from: data) },
      { try await run.produce(Model.self, "m", from: .text("x")) },
      { try await run.log(["a": 1]) }, { try await run.log([:]) },
      { try await run.annotate(["a": 1]) },
    ]
    try await workshop.expectUnchanged {
      for call in calls {
        let error = await thrown(CaptureError.self, call)
        #expect(error?.kind == .runEnded)
        #expect(error?.run == "train \(run.id)")
      }
    }
  }

  @Test func aHundredRunsAtOnce() async throws {
    let recorder = workshop.recorder(launch: LaunchCapture(repository: nil))
    let ids = try await withThrowingTaskGroup(of: String.self) { group in
      for number in 0..<100 {
        group.addTask {
          try await recorder.run("worker", parameters: ["number": .int(Int64(number))]) { run in
            try await run.produce(Dataset.self, "part-\(number)", from: .text("\(number)"))
            try await run.log(["value": Double(number)])
            return run.id
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(ids).count == 100)
    let graph = workshop.store.graph
    let runs = graph.nodes(kind: .run, name: "worker").compactMap(Run.init)
    #expect(Set(runs.map(\.version)) == Set(ids))
    for run in runs {
      let attributes = graph.attributes(of: run)
      #expect(attributes[AttributeKey.status]?.stringValue == "succeeded")
      let number = try #require(attributes[AttributeKey.parameter("number")]?.intValue)
      #expect(attributes[AttributeKey.metric("value")]?.doubleValue == Double(number))
      let outputs = try graph.effects(of: run).compactMap { graph.node($0.effect)?.name }
      #expect(outputs == ["part-\(number)"])
    }
    #expect(graph.nodes(kind: .environment).count == 1)
    #expect(graph.conflicts.isEmpty && graph.pending.isEmpty)
  }

  @Test func errorsOfRecordingComeBeforeTheBody() async throws {
    try workshop.store.close()
    let error = await thrown(StorageError.self) {
      try await workshop.recorder().run("train") { _ in _ = Issue.record("the body ran") }
    }
    #expect(error?.kind == .closed)
  }

  @Test func theBodysErrorMattersMoreThanOneOfRecording() async throws {
    let failure = await thrown(Failure.self) {
      try await workshop.recorder().run("train") { _ in
        try workshop.store.close()
        throw Failure(number: 1)
      }
    }
    #expect(failure == Failure(number: 1))
  }
}

/// Something that happened, told from one task to another.
final class Signal: Sendable {
  private let state = Lock(false)

  var isSet: Bool { state.withLock { $0 } }

  func set() { state.withLock { $0 = true } }
}

/// Run ids are UUIDs of version 7, which sort by time.
@Suite struct CaptureRunIDTests {
  @Test func formAndOrder() throws {
    var last = ""
    let form = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/
    for step in 0..<2000 {
      let milliseconds = 1_700_000_000_123 + Int64(step) * Int64(step)
      let id = RunID.make(
        seconds: milliseconds / 1000, nanoseconds: Int(milliseconds % 1000) * 1_000_000 + 999_999)
      #expect(id.wholeMatch(of: form) != nil)
      if step > 0 { #expect(last < id) }
      last = id
      let stated = id.filter { $0 != "-" }.prefix(12)
      #expect(Int64(stated, radix: 16) == milliseconds)
    }
  }

  /// RFC 9562, appendix A.6: the example of a UUID of version 7.
  @Test func theExampleOfTheSpecification() {
    // 2022-02-22T14:22:22-05:00, and the random bits that the example has.
    let random: (UInt64, UInt64) = (0xcc3, 0x18c4_dc0c_0c07_398f)
    let id = RunID.make(seconds: 1_645_557_742, nanoseconds: 0, random: random)
    #expect(id == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
  }

  @Test func timesThatNoClockShowsDoNotTrap() {
    for seconds in [Int64.min, -1, 0, .max] {
      #expect(RunID.make(seconds: seconds, nanoseconds: 999_999_999).count == 36)
    }
  }
}

@Suite struct CaptureIdentityTests {
  private func recorder() throws -> Recorder {
    Recorder(store: try ProvenanceStore.inMemory(), namespace: "tests", launch: .none)
  }

  @Test func aRunIDStandsForOneExecution() async throws {
    let recorder = try recorder()
    try await recorder.run("train", id: "1") { _ in }
    let head = recorder.store.head
    let error = await #expect(throws: CaptureError.self) {
      try await recorder.run("train", id: "1") { _ in Issue.record("the body ran") }
    }
    #expect(error?.kind == .runExists)
    #expect(error?.description.contains("train 1") == true)
    #expect(recorder.store.head == head)
    try await recorder.run("evaluate", id: "1") { _ in }
  }

  /// Train, write a checkpoint, load it again, evaluate: one run, and no cycle.
  @Test func whatTheRunMadeItselfIsNoInput() async throws {
    let recorder = try recorder()
    try await recorder.run("train") { run in
      let model = try await run.produce(Model.self, "model", from: .text("weights"))
      try await run.use(model)
      #expect(try await run.read(model) == Array("weights".utf8))
      let config = try await run.produce(Dataset.self, "config", from: .text("{}"))
      try await run.configure(from: config)
      let graph = run.store.graph
      #expect(graph.conflicts.isEmpty)
      #expect(try graph.causes(of: run.node, edges: [.used, .configuredBy]).isEmpty)
      #expect(try graph.descendants(of: run.node).count == 2)
    }
  }

  @Test func whatIsKnownOfAJobIsSaidOnce() async throws {
    let recorder = try recorder()
    for _ in 0..<3 { try await recorder.run("train") { _ in } }
    let job = try Code("train", namespace: "tests")
    #expect(recorder.store.graph.history(of: job).count == 1)
  }
}
