public import Provenance

/// What erasing a payload did.
public struct ErasureReport: Sendable, Hashable {
  /// The commit of the tombstone.
  public var commit: StoreCommit
  /// The artifacts that were removed with it.
  public var removedArtifacts: [SHA256Digest] = []
  /// Artifacts that something else refers to too, and that stayed.
  public var sharedArtifacts: [SHA256Digest] = []
  /// Spools of live processes, which may hold the payload until they are merged and removed.
  public var liveSpools: [UniqueID] = []
}

/// Under whose authority and why a payload is erased.
public struct ErasureOrder: Sendable, Hashable {
  /// Why, as the tombstone keeps it.
  public var reason: String
  /// Who ordered it: a person, a court, a policy.
  public var authority: String
  /// Whether the content that the payload's digest names goes too, unless something else refers to it.
  public var includesArtifact = false

  /// Makes an order.
  ///
  /// - Parameters:
  ///   - reason: Why, as the tombstone keeps it.
  ///   - authority: Who ordered it.
  ///   - includesArtifact: Whether the artifact goes too.
  public init(reason: String, authority: String, includesArtifact: Bool = false) {
    self.reason = reason
    self.authority = authority
    self.includesArtifact = includesArtifact
  }
}
