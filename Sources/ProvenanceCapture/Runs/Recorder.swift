public import Provenance
public import ProvenanceStorage

/// Records what a service does: runs, what they used, and what they produced.
///
///     let recorder = Recorder(store: store, namespace: "breast-cancer")
///     try await recorder.run("train", parameters: ["rate": 0.1]) { run in
///       let table = try await run.use(file: "clean.csv")
///       let model = train(table)
///       try await run.log(["accuracy": model.accuracy])
///       try await run.produce(Model.self, "classifier", from: .bytes(model.encoded))
///     }
///
/// A run's start, with code, environment and parameters, is durable before its body begins; what the
/// body uses and produces is durable when the call returns; success or failure is recorded at the end.
public struct Recorder: Sendable {
  /// The store that is written to.
  public let store: ProvenanceStore
  /// The namespace of jobs, and of artifacts that are given no other.
  public let namespace: String
  /// Who records: the source of every annotation.
  public let source: String
  /// What is captured when a run starts.
  public let launch: LaunchCapture
  let clock: @Sendable () -> Timestamp

  /// Makes a recorder.
  ///
  /// - Parameters:
  ///   - store: The store to write to.
  ///   - namespace: The namespace of jobs, and of artifacts that are given no other.
  ///   - source: Who records; a name.
  ///   - launch: What to capture when a run starts.
  ///   - clock: The clock that dates events.
  public init(
    store: ProvenanceStore, namespace: String, source: String = "",
    launch: LaunchCapture = LaunchCapture(),
    clock: @escaping @Sendable () -> Timestamp = SystemClock.now
  ) {
    self.store = store
    self.namespace = namespace
    self.source = source
    self.launch = launch
    self.clock = clock
  }
}

extension Recorder {
  /// Runs work and records it as a run of a job.
  ///
  /// The start is durable before `body` begins. When it returns, the run is recorded as succeeded;
  /// when it throws, as failed with the error, or as cancelled; the error is thrown on.
  ///
  /// - Parameters:
  ///   - job: The name of the job; each execution of it is a run of its own.
  ///   - type: What the field calls the run: `training`, `evaluation`, `cleaning` …
  ///   - id: The run id; by default a new UUID of version 7.
  ///   - parameters: The run's parameters, recorded as `parameter.<name>`.
  ///   - causes: Runs that triggered or preceded this one.
  ///   - isolation: The actor that the body runs on; the caller's.
  ///   - body: The work.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws; ``CaptureError`` for an id that the job has used already; errors
  ///   of recording before the body begins, and after it succeeded.
  public func run<Result>(
    _ job: String, type: String? = nil, id: String? = nil,
    parameters: AttributeMap = [:], informedBy causes: [Run] = [],
    isolation: isolated (any Actor)? = #isolation,
    _ body: (ActiveRun) async throws -> Result
  ) async throws -> Result {
    let run = try await begin(job, type: type, id: id, parameters: parameters, informedBy: causes)
    let result: Result
    do {
      result = try await body(run)
    } catch {
      let outcome: RunOutcome =
        error is CancellationError ? .cancelled : .failed(String(describing: error))
      // The body's error matters more than one of recording it; without an end the run is found to
      // be abandoned.
      try? await run.end(outcome)
      throw error
    }
    try await run.end(.succeeded)
    return result
  }

  private func begin(
    _ job: String, type: String?, id: String?, parameters: AttributeMap, informedBy causes: [Run]
  ) async throws -> ActiveRun {
    let time = clock()
    let id = id ?? RunID.make(seconds: time.seconds, nanoseconds: time.nanoseconds)
    let run = try Run(job, id: id, namespace: namespace)
    let known = store.graph
    guard !known.contains(run) else {
      throw CaptureError(.runExists, run: "\(run.name) \(run.version)")
    }
    let jobNode = try Code(job, namespace: namespace)
    var edges = [try run.executed(jobNode, role: "job")]
    for cause in causes { edges.append(try run.informedBy(cause)) }
    var attributes: AttributeMap = [
      AttributeKey.status: .string(RunOutcome.runningStatus),
      AttributeKey.started: .timestamp(time),
    ]
    attributes[AttributeKey.type] = type.map { .string($0) }
    for (name, value) in parameters { attributes[AttributeKey.parameter(name)] = value }
    var facts = await launch.gather(namespace: namespace, into: store)
    facts.nodes.append(
      LaunchFacts.Fact(node: jobNode.node, attributes: [AttributeKey.type: "job"]))
    var records: [Record] = []
    for fact in facts.nodes {
      records.append(try Record(fact.node, edges: fact.edges))
      // Code and machine are mostly those of the run before; saying it again would only cost space.
      let current = known.attributes(of: fact.node)
      var news = fact.attributes
      for (key, value) in fact.attributes where current[key] == value { news[key] = nil }
      if !news.isEmpty {
        records.append(try Record(Annotation(fact.node, news, at: time, source: source)))
      }
    }
    if let code = facts.code { edges.append(try run.executed(code, role: "source")) }
    if let environment = facts.environment { edges.append(try run.ranIn(environment)) }
    for (what, reason) in facts.missing {
      attributes[AttributeKey.missing(what)] = .string(reason)
    }
    records.append(try Record(run, edges: edges))
    records.append(try Record(Annotation(run, attributes, at: time, source: source)))
    try await store.commit(records)
    return ActiveRun(run, started: time, recorder: self)
  }
}

/// How a run ended.
public enum RunOutcome: Sendable, Hashable {
  /// The work was done.
  case succeeded
  /// The work failed; why.
  case failed(String)
  /// The work was cancelled.
  case cancelled

  static var runningStatus: String { "running" }

  /// The value of the `status` attribute.
  public var status: String {
    switch self {
    case .succeeded: "succeeded"
    case .failed: "failed"
    case .cancelled: "cancelled"
    }
  }
}
