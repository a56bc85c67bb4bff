public import Provenance

/// A call to a recorder or an active run that could not be carried out.
public struct CaptureError: Error, Sendable, Hashable {
  /// What is wrong.
  @nonexhaustive
  public enum Kind: Sendable, Hashable {
    /// A metric that is NaN or infinite, where the caller did not ask to keep such.
    case notFinite(metric: String)
    /// The run has ended: nothing more can be recorded with it.
    case runEnded
    /// The job has a run of this id already: a run id stands for one execution.
    case runExists
    /// The node's bytes cannot be read: no content digest is known, or two different ones are.
    case contentUnknown(Node)
  }

  /// What is wrong.
  public let kind: Kind
  /// The run that the call was made on, as job and run id.
  public let run: String

  init(_ kind: Kind, run: String) {
    self.kind = kind
    self.run = run
  }
}

extension CaptureError: CustomStringConvertible {
  /// For people.
  public var description: String {
    switch kind {
    case .notFinite(let metric):
      "run \(run): metric \"\(metric)\" is not a finite number; pass `nonFinite: .keep` to record it"
    case .runEnded:
      "run \(run) has ended; start another one to record more"
    case .runExists:
      "run \(run) is recorded already; give each execution an id of its own, or none"
    case .contentUnknown(let node):
      "run \(run): the content digest of \(node) is unknown or disputed"
    }
  }
}
