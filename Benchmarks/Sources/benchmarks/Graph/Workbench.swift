import Baselines
import Provenance

/// What benchmarks share: options, and the graph in use, built once for all that ask about it.
final class Workbench {
  let options: Options
  /// About how many seconds a comparison may take.
  let budget: Double
  private let amount: Questions.Amount?
  private var shape: (GraphSource.Shape, GraphArrays, Questions)?
  private var reference: (GraphSource.Shape, Reference)?
  private var material: (GraphSource, Subject.Material)?
  private var subject: (GraphSource, Subject)?
  private var verified: Set<Verification.Part> = []
  /// By how much the heap grew when the graph in use was built; zero where the system does not say.
  private(set) var heapGrowth = 0

  /// Sets up an empty bench.
  ///
  /// - Parameters:
  ///   - options: What was asked for on the command line.
  ///   - amount: How many questions to draw about generated graphs; `nil` for what suits each.
  ///   - budget: See ``budget``.
  init(_ options: Options, amount: Questions.Amount? = nil, budget: Double = 2.5) {
    self.options = options
    self.amount = amount
    self.budget = budget
  }
}

extension Workbench {
  /// A graph's arrays and the questions about it.
  func workload(_ source: GraphSource) throws -> (arrays: GraphArrays, questions: Questions) {
    if let shape, shape.0 == source.shape { return (shape.1, shape.2) }
    release()
    var arrays = GraphArrays(name: source.name)
    let making = try Clock.seconds { arrays = try source.arrays() }
    var questions = Questions()
    let asking = try Clock.seconds { questions = try source.questions(about: arrays, amount) }
    note(
      """
      \(arrays.name): \(arrays.nodeCount) nodes and \(arrays.edgeCount) edges in \
      \(Int(making.rounded())) s, questions in \(Int(asking.rounded())) s
      """)
    shape = (source.shape, arrays, questions)
    return (arrays, questions)
  }

  func reference(_ source: GraphSource) throws -> Reference {
    if let reference, reference.0 == source.shape { return reference.1 }
    let made = try Reference(try workload(source).arrays)
    reference = (source.shape, made)
    return made
  }

  /// What a graph is made from: ids, and records if they are asked for.
  func material(_ source: GraphSource, withRecords: Bool = true) throws -> Subject.Material {
    var made: Subject.Material
    if let material, material.0 == source {
      made = material.1
    } else {
      subject = nil
      material = nil
      made = try Subject.prepare(try workload(source).arrays)
    }
    if withRecords, made.stepCount == 0 {
      let arrival = Arrival(of: try workload(source).arrays, source.arrival)
      if arrival.lateEdges > 0 {
        note(
          """
          \(source.name): \(arrival.lateEdges) of \(made.edgeCount) edges come by themselves, \
          \(arrival.edgesAgainstOrder) of them to a cause that came after its effect
          """)
      }
      try made.addRecords(arrival)
    }
    material = (source, made)
    return made
  }

  /// The library's graph: in bulk where facts are in order, else as they arrive.
  func subject(_ source: GraphSource) throws -> Subject {
    if let subject, subject.0 == source { return subject.1 }
    let material = try material(source, withRecords: source.arrival != .orderly)
    subject = nil
    let before = baseline_heap_bytes()
    let made =
      try source.arrival == .orderly
      ? Subject.bulkBuild(material) : Subject.insertOneByOne(material)
    heapGrowth = Int(baseline_heap_bytes()) - Int(before)
    try made.checkContents(material)
    subject = (source, made)
    verified = []
    return made
  }

  /// Checks the answers about a graph, once for all benchmarks that ask for it.
  func verify(_ source: GraphSource, _ part: Verification.Part) throws {
    let verification = try Verification(source, self)
    if verified.insert(part).inserted { try verification.check(part) }
  }

  /// Lets go of everything, so that two large graphs are never there at once.
  func release() {
    subject = nil
    material = nil
    reference = nil
    shape = nil
  }
}
