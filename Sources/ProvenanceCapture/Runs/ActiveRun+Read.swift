public import Provenance
import ProvenanceStorage

extension ActiveRun {
  /// Reads the bytes of a node that the store keeps, and records that the run uses it.
  ///
  /// What is recorded is what is read: the bytes are checked against the node's content digest, and
  /// nothing is recorded unless they match.
  ///
  /// - Parameters:
  ///   - cause: The dataset, model or code.
  ///   - role: What part it plays: `train`, `base model` …
  ///   - limit: The most bytes to hold in memory, 16 MiB unless told; checked before reading.
  /// - Returns: Its content.
  /// - Throws: ``CaptureError`` with ``CaptureError/Kind/contentUnknown(_:)`` where no digest is known,
  ///   or two different ones are; `StorageError` with `notFound` where the store does not keep the
  ///   bytes, `corrupt` or `limitExceeded`; and errors of recording.
  public func read(
    _ cause: some UsableNode, role: String? = nil, limit: UInt64 = 16 << 20
  ) async throws -> [UInt8] {
    try checkActive()
    guard let digest = store.graph.contentDigest(of: cause) else {
      throw CaptureError(.contentUnknown(cause.node), run: name)
    }
    let bytes = try await store.bytes(of: digest, limit: limit)
    try await use(cause, role: role)
    return bytes
  }
}
