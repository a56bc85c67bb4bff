import Foundation
import Provenance
import ProvenanceCapture
import ProvenanceStorage
import Testing

/// What every call of capture holds names and attributes to; a call that refuses records nothing.
@Suite struct CaptureLimitTests {
  let workshop: Workshop

  init() throws { workshop = try Workshop() }

  static let badNames: [(String, String)] = [
    ("", "must not be empty"), (String(repeating: "x", count: 4097), "at most 4096"),
    ("a\nb", "U+000A"), ("a\0", "U+0000"), ("e\u{301}", "Normalization Form C"),
  ]

  @Test(arguments: badNames)
  func namesAreHeldToTheirRule(name: String, reason: String) async throws {
    let path = try workshop.file("file", "x")
    let run = try await workshop.openRun()
    let data = try Dataset("data", version: "1")
    try await workshop.store.commit([Record(data)])
    let recorder = workshop.recorder()
    // Where a call has a default, or the attribute's prefix makes the key a name, empty is allowed.
    let mayBeEmpty: [@Sendable () async throws -> Void] = [
      {
        try await recorder.run("job", id: name) { _ in
          _ = Issue.record("the body ran")
        }
      },
      {
        try await recorder.run("job", parameters: [name: 1]) { _ in
          _ = Issue.record("the body ran")
        }
      },
      { try await run.use(file: path, as: "x", namespace: name) },
      { try await run.log([name: 1]) },
      {
        try await Recorder(store: recorder.store, namespace: name, launch: .none).run("job") { _ in
          _ = Issue.record("the body ran")
        }
      },
      {
        try await Recorder(
          store: recorder.store, namespace: "", source: name, launch: .none
        ).run("job") { _ in
          _ = Issue.record("the body ran")
        }
      },
    ]
    let calls: [@Sendable () async throws -> Void] = [
      {
        try await recorder.run(name) { _ in
          _ = Issue.record("the body ran")
        }
      },
      { try await run.use(data, role: name) }, { try await run.configure(from: data, role: name) },
      { try await run.use(file: path, as: name) },
      { try await run.use(file: path, as: "x", role: name) },
    ]
    try await workshop.expectUnchanged {
      for (number, call) in (calls + (name.isEmpty ? [] : mayBeEmpty)).enumerated() {
        do {
          try await call()
          Issue.record("call \(number) took \(name.debugDescription.prefix(20))")
        } catch {
          #expect(error is NameError || error is RecordError, "call \(number): \(error)")
          #expect("\(error)".contains(reason), "call \(number): \(error)")
        }
      }
    }
    // Bytes are stored before what is said of them is checked; they may stay, records may not.
    let head = workshop.store.head
    await #expect(throws: (any Error).self) {
      try await run.produce(Dataset.self, name, from: .text("y"))
    }
    await #expect(throws: (any Error).self) {
      try await run.produce(Dataset.self, "x", from: .text("y"), role: name)
    }
    #expect(workshop.store.head == head)
  }

  @Test func attributesAreHeldToTheirLimits() async throws {
    let run = try await workshop.openRun()
    let large = AttributeValue.string(String(repeating: "x", count: 1 << 20))
    var deep = AttributeValue.int(1)
    for _ in 0..<70 { deep = .list([deep]) }
    try await workshop.expectUnchanged {
      for value in [large, deep] {
        await #expect(throws: RecordError.self) { try await run.annotate(["a": value]) }
        await #expect(throws: RecordError.self) {
          try await workshop.recorder().run("job", parameters: ["a": value]) { _ in
            _ = Issue.record("the body ran")
          }
        }
      }
      await #expect(throws: RecordError.self) { try await run.annotate([:]) }
    }
  }
}
