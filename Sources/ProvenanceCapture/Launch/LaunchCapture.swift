import Dispatch
import Provenance
import ProvenanceStorage

/// What is captured when a run starts: the code that runs, and the machine that it runs on.
///
/// Capture never fails a run: what cannot be found out is recorded as `missing.<what>` with the
/// reason.
public struct LaunchCapture: Sendable, Hashable {
  /// The directory whose git repository holds the code; `nil` captures none.
  public var repository: String?
  /// Whether to capture the machine: operating system, kernel, processor, memory, Swift version.
  public var environment: Bool
  /// The environment variables that git is started with; those of this process when `nil`.
  package var gitVariables: [String: String]?

  /// Chooses what to capture.
  ///
  /// - Parameters:
  ///   - repository: The directory whose git repository holds the code; `nil` captures none.
  ///   - environment: Whether to capture the machine.
  public init(repository: String? = ".", environment: Bool = true) {
    self.repository = repository
    self.environment = environment
  }

  /// Captures nothing.
  public static let none = LaunchCapture(repository: nil, environment: false)
}

/// What a launch capture found.
struct LaunchFacts: Sendable {
  struct Fact: Sendable {
    var node: Node
    var edges: [Edge] = []
    var attributes: AttributeMap
  }

  var nodes: [Fact] = []
  var code: Code?
  var environment: Environment?
  var missing: [(what: String, reason: String)] = []
}

extension LaunchCapture {
  /// Finds out what was asked for.
  ///
  /// - Parameters:
  ///   - namespace: The namespace of code that has no remote.
  ///   - store: Where the patch of a dirty work tree is kept.
  /// - Returns: What was found, and what could not be.
  func gather(namespace: String, into store: ProvenanceStore) async -> LaunchFacts {
    var facts = LaunchFacts()
    if let repository {
      do {
        try await gatherCode(of: repository, namespace: namespace, store: store, into: &facts)
      } catch {
        facts.missing.append(("code", String(describing: error)))
      }
    }
    if environment {
      do {
        let host = try await Self.waiting { HostFacts.current() }
        let node = try host.node()
        facts.environment = node
        facts.nodes.append(LaunchFacts.Fact(node: node.node, attributes: host.attributes))
      } catch {
        facts.missing.append(("environment", String(describing: error)))
      }
    }
    return facts
  }

  /// Looking waits for other processes and for files: on a thread that may, one look at a time.
  private static let queue = DispatchQueue(label: "provenance.launch-capture")

  private static func waiting<T: Sendable>(
    _ body: @escaping @Sendable () throws -> T
  ) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result(catching: body)) }
    }
  }

  private func gatherCode(
    of repository: String, namespace: String, store: ProvenanceStore, into facts: inout LaunchFacts
  ) async throws {
    let variables = gitVariables
    let state = try await Self.waiting {
      if let variables { return try GitState(at: repository, environment: variables) }
      return try GitState(at: repository)
    }
    let commit = try Code(state.name, version: state.commit, namespace: state.remote ?? namespace)
    var attributes: AttributeMap = ["git.commit": .string(state.commit), "git.dirty": false]
    attributes["git.branch"] = state.branch.map { .string($0) }
    attributes["git.remote"] = state.remote.map { .string($0) }
    facts.nodes.append(LaunchFacts.Fact(node: commit.node, attributes: attributes))
    facts.code = commit
    guard let changes = state.changes else { return }
    let patch = try await store.put(bytes: changes)
    let dirty = try Code(
      state.name, version: "\(state.commit)+\(patch.digest)", namespace: commit.namespace)
    attributes["git.dirty"] = true
    attributes["git.patch"] = .bytes(patch.digest.bytes)
    facts.nodes.append(
      LaunchFacts.Fact(
        node: dirty.node, edges: [try dirty.derivedFrom(commit, role: "uncommitted changes")],
        attributes: attributes))
    facts.code = dirty
  }
}
