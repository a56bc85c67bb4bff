import Provenance
import ProvenanceStorage
import ProvenanceTestKit

/// A store with everything that it does to files: commits, objects, a checkpoint, an erasure and
/// two collections.
enum StoreScenario {
  struct Outcome {
    /// The links that were acknowledged, and those of which nobody knows.
    var acknowledged: Set<Int> = []
    var unknown: Set<Int> = []
    var objects: [[UInt8]] = []
    var isErased = false
    /// Whether the erasure was asked for.
    var mayBeErased = false
    var violations: [String] = []
  }

  static let path = "/store"
  static let subject = try! Dataset("people.csv", version: "1", namespace: "faults")

  static func time(_ seconds: Int64) -> Timestamp { Timestamp(seconds: seconds)! }

  static func options(_ fileSystem: any FileSystem, _ now: Int64 = 100) -> StoreOptions {
    var options = StoreOptions()
    options.log = Logs.options()
    options.log.headInterval = 2
    // Due when the store is closed, and not before.
    options.checkpointInterval = 2500
    options.fileSystem = fileSystem
    options.clock = { time(now * 86_400) }
    return options
  }

  static func salt(_ number: Int) -> Salt {
    var random = SeededGenerator(seed: UInt64(bitPattern: Int64(number)))
    return Salt(using: &random)
  }

  /// A run and what it made; all of it is there, or nothing.
  static func link(_ number: Int) throws -> [Record] {
    let run = try Run("step", id: "run-\(number)", namespace: "chain")
    let output = try Dataset("table", version: "\(number)", namespace: "chain")
    return [
      try Record(run), try Record(output, edges: [output.generatedBy(run)]),
      try Record(
        Annotation(
          output, ["number": .int(Int64(number))], at: time(Int64(number)), salt: salt(number))),
    ]
  }

  static func secret() throws -> Record {
    try Record(Annotation(subject, ["born": "1964"], at: time(7), salt: salt(-1)))
  }

  static func run(_ fileSystem: any FileSystem) -> Outcome {
    var outcome = Outcome()
    do { try run(fileSystem, &outcome) } catch is StorageError {} catch {
      outcome.violations.append("not a StorageError: \(error)")
    }
    return outcome
  }

  private static func run(_ fileSystem: any FileSystem, _ outcome: inout Outcome) throws {
    func commit(_ store: ProvenanceStore, _ number: Int, _ more: [Record] = []) throws {
      do {
        try store.commit(link(number) + more)
        outcome.acknowledged.insert(number)
      } catch let error as StorageError {
        if error.kind == .outcomeUnknown { outcome.unknown.insert(number) }
        throw error
      }
    }
    func put(_ store: ProvenanceStore, _ bytes: [UInt8]) throws {
      try store.objects.put(bytes)
      outcome.objects.append(bytes)
    }
    let store = try ProvenanceStore.open(at: path, options: options(fileSystem))
    try commit(store, 0, [Record(subject), secret()])
    try put(store, [1, 2, 3])
    for number in 1..<4 { try commit(store, number) }
    try store.close()

    let again = try ProvenanceStore.open(at: path, options: options(fileSystem, 101))
    try commit(again, 4)
    try put(again, [4, 5, 6])
    outcome.mayBeErased = true
    let tombstone = try Tombstone(
      secret().id, Statement("asked to", at: time(8), source: "the officer", salt: salt(-2)))
    try again.commit([Record(tombstone)])
    outcome.isErased = true
    try commit(again, 5)
    try again.close()

    // What nothing refers to is swept now.
    outcome.objects = []
    for day: Int64 in [120, 140] {
      let later = try ProvenanceStore.open(at: path, options: options(fileSystem, day))
      try later.collect()
      try commit(later, Int(day))
      try later.close()
    }
  }

  static func check(_ outcome: Outcome, _ fileSystem: CrashFileSystem) -> [String] {
    var violations = outcome.violations
    do {
      let store: ProvenanceStore
      do {
        store = try ProvenanceStore.open(at: path, options: options(fileSystem, 101))
      } catch { return violations + ["it does not open: \(error)"] }
      let found = links(in: store.graph, &violations)
      let missing = outcome.acknowledged.subtracting(found)
      if !missing.isEmpty { violations.append("acknowledged commits are missing: \(missing)") }
      let foreign = found.subtracting(outcome.acknowledged).subtracting(outcome.unknown)
      if !foreign.isEmpty { violations.append("refused commits are there: \(foreign)") }
      for bytes in outcome.objects
      where try store.objects.bytes(of: SystemSHA256.hash(bytes)) != bytes {
        violations.append("an object differs")
      }
      let isThere = store.graph.attribute("born", of: subject) != nil
      if outcome.isErased && isThere { violations.append("what was erased is back") }
      if !outcome.mayBeErased && found.contains(0) && !isThere {
        violations.append("a payload is gone")
      }
      try store.commit(link(77))
      let graph = store.graph
      let head = store.head
      try store.close()
      // Without the checkpoints the same.
      var plain = options(fileSystem, 102)
      plain.usesCheckpoints = false
      let reader = try ProvenanceStore.open(at: path, access: .read, options: plain)
      if reader.head != head || links(in: reader.graph, &violations) != found.union([77])
        || reader.graph.nodeCount != graph.nodeCount
      {
        violations.append("the log says something else than the checkpoint")
      }
    } catch { violations.append("\(error)") }
    return violations
  }

  private static func links(
    in graph: ProvenanceGraph, _ violations: inout [String]
  ) -> Set<Int> {
    var numbers: Set<Int> = []
    for node in graph.nodes(kind: .dataset, namespace: "chain", name: "table") {
      guard let number = Int(node.version),
        graph.attribute("number", of: node)?.intValue == Int64(number)
      else {
        violations.append("a commit is there in part")
        continue
      }
      numbers.insert(number)
    }
    return numbers
  }

  static func checkCrashes(_ sweep: CrashSweep) -> FaultReport {
    sweep.run {
      run($0)
    } check: {
      check($0, $1)
    }
  }

  static func checkErrors(_ sweep: ErrorSweep) -> FaultReport {
    sweep.run {
      run($0)
    } check: {
      check($0, $1)
    }
  }
}
