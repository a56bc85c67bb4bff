public import Provenance
public import ProvenanceStorage

/// A run under way: what its body calls to say what it uses and produces.
///
/// Each call is durable when it returns. Calls may come from several tasks at once.
public final class ActiveRun: Sendable {
  /// The run's node.
  public let node: Run
  let recorder: Recorder
  private let state: Lock<State>

  private struct State {
    var hasEnded = false
    /// When something was last said of the run.
    var last: Timestamp
  }

  init(_ node: Run, started: Timestamp, recorder: Recorder) {
    self.node = node
    self.recorder = recorder
    state = Lock(State(last: started))
  }

  /// The run id.
  public var id: String { node.version }

  /// The store that is written to.
  public var store: ProvenanceStore { recorder.store }

  var name: String { "\(node.name) \(node.version)" }

  func checkActive() throws {
    guard !state.withLock({ $0.hasEnded }) else { throw CaptureError(.runEnded, run: name) }
  }

  /// The time, later each time it is asked: what is said later must count, also when the clock is
  /// coarse or goes back.
  private func now() -> Timestamp {
    let time = recorder.clock()
    return state.withLock { state in
      state.last = time.following(state.last)
      return state.last
    }
  }

  /// Records the end; a second call throws.
  func end(_ outcome: RunOutcome) async throws {
    let isFirst = state.withLock { state in
      defer { state.hasEnded = true }
      return !state.hasEnded
    }
    guard isFirst else { throw CaptureError(.runEnded, run: name) }
    let time = now()
    var attributes: AttributeMap = [
      AttributeKey.status: .string(outcome.status),
      AttributeKey.ended: .timestamp(time),
    ]
    if case .failed(let reason) = outcome {
      attributes[AttributeKey.error] = .string(Self.cut(reason))
    }
    try await store.commit([
      try Record(Annotation(node, attributes, at: time, source: recorder.source))
    ])
  }

  /// An error's text can hold a whole request; what identifies it is at its start.
  private static func cut(_ reason: String) -> String {
    let limit = 16_384
    guard reason.utf8.count > limit else { return reason }
    return String(reason.prefix(limit / 4)) + "…"
  }
}

extension ActiveRun {
  /// Records that the run uses a node that is recorded already.
  ///
  /// What the run made itself, such as a checkpoint that it loads again, is no input: nothing is
  /// recorded then.
  ///
  /// - Parameters:
  ///   - cause: The dataset, model or code.
  ///   - role: What part it plays: `train`, `base model` …
  /// - Throws: ``CaptureError`` after the end; `GraphError` for a node that is not recorded; errors of
  ///   recording.
  public func use(_ cause: some UsableNode, role: String? = nil) async throws {
    try checkActive()
    guard try !isOwnProduct(cause) else { return }
    try await store.commit([try Record(node.used(cause, role: role))])
  }

  private func isOwnProduct(_ cause: some NodeReference) throws -> Bool {
    let graph = store.graph
    return try graph.contains(cause) && graph.isAncestor(node, of: cause)
  }

  /// Records that the run uses a file: a dataset whose version is the digest of its bytes.
  ///
  /// The file is hashed in place and not copied.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - name: The dataset's name; by default the path as given.
  ///   - namespace: The dataset's namespace; by default the recorder's.
  ///   - role: What part it plays: `train`, `validation` …
  ///   - type: What the field calls the dataset: `table`, `prompt set` …
  /// - Returns: The dataset.
  /// - Throws: `StorageError` that names the path, and errors of recording.
  @discardableResult
  public func use(
    file path: String, as name: String? = nil, namespace: String? = nil, role: String? = nil,
    type: String? = nil
  ) async throws -> Dataset {
    try checkActive()
    let object = try await store.digest(ofFile: path)
    let dataset = try Dataset(
      name ?? path, content: object.digest, namespace: namespace ?? recorder.namespace)
    var attributes = Self.attributes(of: object, type: type)
    attributes[AttributeKey.uri] = .string(path)
    var records = [try Record(dataset), try annotation(dataset, attributes)]
    if try !isOwnProduct(dataset) { records.append(try Record(node.used(dataset, role: role))) }
    try await store.commit(records)
    return dataset
  }

  /// Records that the run takes its configuration from a node that is recorded already.
  ///
  /// - Parameters:
  ///   - cause: The dataset or code.
  ///   - role: What part it plays.
  /// - Throws: As ``use(_:role:)``.
  public func configure(from cause: some ConfigurationNode, role: String? = nil) async throws {
    try checkActive()
    guard try !isOwnProduct(cause) else { return }
    try await store.commit([try Record(node.configuredBy(cause, role: role))])
  }

  /// Stores an artifact that the run produced, and records it.
  ///
  /// The bytes are streamed into the object store while they are hashed; the version of the node is
  /// their digest. Where a node of that name with the same bytes lies upstream of this run already,
  /// the version also names the run, so that no cycle arises.
  ///
  /// - Parameters:
  ///   - type: ``Dataset``, ``Model``, ``Code`` or ``Environment``.
  ///   - name: The artifact's name.
  ///   - content: Its bytes.
  ///   - namespace: The artifact's namespace; by default the recorder's.
  ///   - role: What part the artifact plays among the run's outputs: `train`, `test` …
  ///   - sources: What it was made from, where that is known more closely than by the run's inputs.
  ///   - attributes: More to record about the artifact.
  /// - Returns: The artifact's node.
  /// - Throws: `StorageError` that names the path, and errors of recording; nothing is then recorded.
  @discardableResult
  public func produce<Artifact: EntityNode>(
    _ type: Artifact.Type, _ name: String, from content: ArtifactContent,
    namespace: String? = nil, role: String? = nil, derivedFrom sources: [any EntityNode] = [],
    attributes: AttributeMap = [:]
  ) async throws -> Artifact {
    try checkActive()
    let object =
      switch content {
      case .file(let path): try await store.put(file: path)
      case .bytes(let bytes): try await store.put(bytes: bytes)
      }
    var node = try Node(
      kind: Artifact.kind, name: name, version: object.digest.description,
      namespace: namespace ?? recorder.namespace)
    if try isUpstream(node, sources) {
      node = try Node(
        kind: node.kind, name: node.name, version: "\(node.version);run=\(id)",
        namespace: node.namespace)
    }
    guard let artifact = Artifact(node) else {
      preconditionFailure("a node of kind \(Artifact.kind) is a \(Artifact.self)")
    }
    var edges = [try artifact.generatedBy(self.node, role: role)]
    for source in sources {
      edges.append(try Edge(effect: node.id, kind: .derivedFrom, cause: source.nodeID))
    }
    var facts = Self.attributes(of: object, type: nil)
    if case .file(let path) = content { facts[AttributeKey.uri] = .string(path) }
    for (key, value) in attributes { facts[key] = value }
    try await store.commit([try Record(artifact, edges: edges), try annotation(artifact, facts)])
    return artifact
  }

  /// Whether an output would be its own cause: through what the run used, or what it is said to be
  /// made from.
  private func isUpstream(_ node: Node, _ sources: [any EntityNode]) throws -> Bool {
    let graph = store.graph
    guard graph.contains(node) else { return false }
    for effect in [self.node.id] + sources.map(\.nodeID) where graph.contains(effect) {
      if try effect == node.id || graph.isAncestor(node, of: effect) { return true }
    }
    return false
  }

  /// Records metrics: each the current value of `metric.<name>`, with what it was before as history.
  ///
  /// - Parameters:
  ///   - metrics: Values by name.
  ///   - nonFinite: What to do with NaN and infinity.
  /// - Throws: ``CaptureError`` with ``CaptureError/Kind/notFinite(metric:)``; nothing is recorded.
  public func log(
    _ metrics: [String: Double], nonFinite: NonFinitePolicy = .refuse
  ) async throws {
    try checkActive()
    var attributes = AttributeMap()
    // In order, so that of several wrong ones always the same is named.
    for (name, value) in metrics.sorted(by: { $0.key < $1.key }) {
      guard value.isFinite || nonFinite == .keep else {
        throw CaptureError(.notFinite(metric: name), run: self.name)
      }
      attributes[AttributeKey.metric(name)] = .double(value)
    }
    guard !attributes.isEmpty else { return }
    try await annotate(attributes)
  }

  /// Records more about the run itself.
  ///
  /// - Parameter attributes: The attributes.
  /// - Throws: ``CaptureError`` after the end; `RecordError` that names the attribute; errors of
  ///   recording.
  public func annotate(_ attributes: AttributeMap) async throws {
    try checkActive()
    try await store.commit([try annotation(node, attributes)])
  }

  private func annotation(
    _ subject: some NodeReference, _ attributes: AttributeMap
  ) throws -> Record {
    try Record(
      Annotation(subject, attributes, at: now(), source: recorder.source))
  }

  private static func attributes(of object: StoredObject, type: String?) -> AttributeMap {
    var attributes: AttributeMap = [
      AttributeKey.contentDigest: .bytes(object.digest.bytes),
      AttributeKey.size: .int(Int64(clamping: object.size)),
    ]
    attributes[AttributeKey.type] = type.map { .string($0) }
    return attributes
  }
}

/// What to do with a metric that is NaN or infinite.
public enum NonFinitePolicy: Sendable, Hashable {
  /// Refuse it with an error that names it.
  case refuse
  /// Record it as it is.
  case keep
}
