import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// Two writers and a collection, in every order of the steps that one can see of the other.
@Suite(.serialized) struct ObjectInterleavingTests {
  static let day = AgingStore.day
  /// In its place, old, and nothing refers to it.
  static let loose: [UInt8] = [1, 1, 1]
  /// In the trash, and to be emptied.
  static let trashed: [UInt8] = [2, 2]

  /// A store on the day of the collection: one object to be swept, one in the trash to be removed.
  static func prepare(_ contents: Set<[UInt8]>) throws -> CrashFileSystem {
    let store = try AgingStore()
    if contents.contains(trashed) { try store.objects.put(trashed) }
    try store.collect(day: 115)
    if contents.contains(loose) { try store.objects.put(loose) }
    store.fileSystem.setTime(130 * day)
    return store.fileSystem
  }

  /// What a writer does, and what it was promised.
  enum Writer: String, CaseIterable, Sendable {
    case putsLoose, putsTrashed, readsLoose, readsTrashed, leasesLoose, leasesTrashed

    var content: [UInt8] {
      switch self {
      case .putsLoose, .readsLoose, .leasesLoose: loose
      case .putsTrashed, .readsTrashed, .leasesTrashed: trashed
      }
    }

    /// Returns whether the object is promised from then on.
    func act(_ store: DirectoryObjectStore) throws -> Bool {
      let digest = SystemSHA256.hash(content)
      do {
        switch self {
        case .putsLoose, .putsTrashed: try store.put(content)
        case .readsLoose, .readsTrashed: return try store.bytes(of: digest) == content
        case .leasesLoose, .leasesTrashed:
          _ = try store.lease([digest], until: second(1000 * day), owner: rawValue)
        }
        return true
      } catch let error as StorageError where error.kind == .notFound && !isPut {
        // Nothing referred to it for two periods: it may be gone, and is then not promised.
        return false
      }
    }

    private var isPut: Bool { self == .putsLoose || self == .putsTrashed }
  }

  /// Runs two writers and a collection in an order of steps, and looks at what is left.
  struct Trial {
    let writers: [Writer]
    let prepared: CrashFileSystem

    init(writers: [Writer], contents: Set<[UInt8]>) throws {
      self.writers = writers
      prepared = try prepare(contents)
    }

    func run(_ schedule: [Int]) throws -> (trace: StepScheduler.Trace, violations: [String]) {
      let base = prepared.afterCrash { true }
      let scheduler = StepScheduler(base, actors: 3)
      let promised = Lock<Set<[UInt8]>>([])
      let errors = Lock<[String]>([])
      let trace = scheduler.run(schedule) { actor in
        do {
          let store = try DirectoryObjectStore(
            directory: "/objects", fileSystem: scheduler.fileSystem(of: actor))
          if actor < 2 {
            let writer = writers[actor]
            // Committing what refers to the object is a step as well.
            guard try writer.act(store) else { return }
            try scheduler.step(actor, "promise") {
              promised.withLock { _ = $0.insert(writer.content) }
            }
          } else {
            _ = try store.collect(at: second(130 * day)) { marks in
              let references = try scheduler.step(
                actor, "references", describe: { "\($0.map(\.count).sorted())" }
              ) { promised.withLock { $0 } }
              for content in references { marks.keep(SystemSHA256.hash(content)) }
            }
          }
        } catch {
          errors.withLock { $0.append("actor \(actor) threw \(error)") }
        }
      }
      var violations = errors.withLock { $0 }
      let store = try AgingStore(base, day: 130)
      let kept = promised.withLock { $0 }
      func check(_ moment: String) {
        for content in kept {
          do {
            if try store.objects.bytes(of: SystemSHA256.hash(content)) != content {
              violations.append("\(moment): \(content) differs")
            }
          } catch {
            violations.append("\(moment): \(content) is lost: \(error)")
          }
        }
      }
      // Later collections first, since reading brings things back.
      let digests = kept.map { SystemSHA256.hash($0) }
      if trace.decisions.count % 2 == 0 { check("at once") }
      for day: Int64 in [131, 146, 161] { try store.collect(day: day, keeping: digests) }
      check("later")
      return (trace, violations)
    }

    /// Every order, as far as a state that was seen before is not entered again.
    func explore() throws -> (runs: Int, states: Int, longest: Int, violations: [String]) {
      var seen: Set<Int> = []
      var waiting: [[Int]] = [[]]
      var runs = 0
      var longest = 0
      var violations: [String] = []
      while let schedule = waiting.popLast(), violations.isEmpty {
        let (trace, found) = try run(schedule)
        runs += 1
        longest = max(longest, trace.decisions.count)
        violations += found.map { "\(writers), order \(trace.decisions.map(\.chosen)): \($0)" }
        for (index, decision) in trace.decisions.enumerated().dropFirst(schedule.count) {
          guard seen.insert(decision.state).inserted else { break }
          let prefix = trace.decisions.prefix(index).map(\.chosen)
          for actor in decision.ready where actor != decision.chosen {
            waiting.append(prefix + [actor])
          }
        }
      }
      return (runs, seen.count, longest, violations)
    }
  }

  /// Every pair of writers.
  static let pairs: [[Writer]] = Writer.allCases.enumerated().flatMap { index, first in
    Writer.allCases[index...].map { [first, $0] }
  }

  /// In every order that leads to another state: up to 3,700 states a pair, in 22 steps and more.
  ///
  /// The pairs with readers have up to 18,500, and were explored to the end once.
  @Test(arguments: [
    [Writer.putsLoose, .putsLoose], [.putsLoose, .leasesLoose], [.putsTrashed, .putsTrashed],
  ])
  func nothingPromisedIsLostInAnyOrder(writers: [Writer]) throws {
    let result = try Trial(writers: writers, contents: [writers[0].content]).explore()
    #expect(result.violations.isEmpty)
    #expect(result.longest >= 12)
    #expect(result.runs >= result.states && result.states > 500)
  }

  /// All pairs, in some orders.
  @Test(arguments: pairs)
  func nothingPromisedIsLostInSomeOrders(writers: [Writer]) throws {
    let trial = try Trial(writers: writers, contents: [Self.loose, Self.trashed])
    for seed in 1...40 as ClosedRange<UInt64> {
      var generator = Seeded(seed: seed)
      let schedule = (0..<50).map { _ in Int.random(in: 0..<3, using: &generator) }
      #expect(try trial.run(schedule).violations == [], "seed \(seed)")
    }
  }
}
