/// Someone outside of the store who remembers its heads, so that it cannot go back behind them.
///
/// A log proves that it was only added to, but only to someone who kept an earlier head. A witness
/// sends heads to another machine, prints them, or has them cosigned. It is registered with
/// ``ProvenanceStore/addWitness(_:named:schedule:onFailure:)``, and called when a head is durable, on
/// a thread of its own: it never delays a commit, and its failure never fails one.
public protocol HeadWitness: Sendable {
  /// Takes a head.
  ///
  /// Calls come one at a time. Heads that come while a call is under way may be skipped: the next
  /// call has the newest, which covers them.
  ///
  /// - Parameter observation: The head, and the proof that it follows the one that this witness
  ///   took last.
  /// - Throws: Whatever keeps the head from being remembered. It is reported, and offered again
  ///   with the next head.
  func observe(_ observation: HeadObservation) throws
}

/// A head as a witness is given it.
public struct HeadObservation: Sendable, Hashable {
  /// The log's own id.
  public var log: UniqueID
  /// The head after a durable commit.
  public var head: TreeHead
  /// The head that this witness took last since it was registered; `nil` for its first.
  public var previous: TreeHead?
  /// The proof that the head follows the previous one; `nil` where there is none, or it is empty.
  public var consistency: ConsistencyProof?

  /// Makes an observation.
  ///
  /// - Parameters:
  ///   - log: The log's own id.
  ///   - head: The head after a durable commit.
  ///   - previous: The head that the witness took last.
  ///   - consistency: The proof that the head follows that one.
  public init(
    log: UniqueID, head: TreeHead, previous: TreeHead? = nil, consistency: ConsistencyProof? = nil
  ) {
    self.log = log
    self.head = head
    self.previous = previous
    self.consistency = consistency
  }
}

/// When a witness is called by itself.
public enum WitnessSchedule: Sendable, Hashable {
  /// After every group of commits.
  case everyHead
  /// After every so many groups of commits.
  case every(Int)
  /// Only by `ProvenanceStore.callWitnesses()`.
  case onDemand
}

/// What became of the calls of a witness.
public struct WitnessReport: Sendable {
  /// The name that the witness was registered with.
  public var name: String
  /// The last head that it took; `nil` when it took none.
  public var lastHead: TreeHead?
  /// How many calls have failed.
  public var failureCount: Int
  /// Why the last call failed; `nil` when it did not.
  public var lastFailure: (any Error)?
}
