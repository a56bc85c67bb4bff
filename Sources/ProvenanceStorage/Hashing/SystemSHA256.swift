public import Provenance
package import Synchronization

/// SHA-256 (FIPS 180-4), incremental, by the platform's accelerated implementation.
///
/// CryptoKit on Apple platforms. Elsewhere the system's libcrypto, which is looked for once, at
/// the first use, and used only after its answers were compared with those of `SHA256`; where there
/// is none that passes, `SHA256` itself. The digests are the same in each case; `implementation`
/// tells which is in use.
///
/// A value: a copied hasher goes on independently of its original. It allocates nothing.
public struct SystemSHA256: Sendable {
  private var engine = Engine()

  /// Starts an empty message.
  public init() {}
}

extension SystemSHA256 {
  /// Appends bytes to the message.
  ///
  /// - Parameter bytes: Any number of bytes. A message is defined up to 2^61 - 1 bytes in all.
  /// - Complexity: O(n) in the number of bytes.
  public mutating func update(_ bytes: RawSpan) { engine.update(bytes) }

  /// Appends bytes to the message.
  ///
  /// - Parameter bytes: Any number of bytes.
  /// - Complexity: O(n) in the number of bytes.
  public mutating func update(_ bytes: [UInt8]) { unsafe engine.update(bytes.span.bytes) }

  /// The digest of the message so far; the message can still grow afterwards.
  ///
  /// - Complexity: O(1): at most two blocks.
  public func finalize() -> Provenance.SHA256Digest { engine.finalize() }

  /// The digest of one message.
  ///
  /// - Complexity: O(n) in the number of bytes.
  public static func hash(_ bytes: RawSpan) -> Provenance.SHA256Digest { Engine.hash(bytes) }

  /// The digest of one message.
  ///
  /// - Complexity: O(n) in the number of bytes.
  public static func hash(_ bytes: [UInt8]) -> Provenance.SHA256Digest {
    unsafe Engine.hash(bytes.span.bytes)
  }
}

extension SystemSHA256 {
  /// What computes the digests of `SystemSHA256`.
  @nonexhaustive
  public enum Implementation: Sendable, Hashable {
    /// `SHA256` of `Provenance`, because the platform offers nothing that could be used.
    case pureSwift
    /// Apple's CryptoKit.
    case cryptoKit
    /// The system's libcrypto, with the version that it states of itself.
    case libcrypto(version: String)
  }

  /// Whether to leave the platform's implementation alone, for measuring and testing without it.
  ///
  /// It counts at the first use of a hasher and never after. CryptoKit is used all the same.
  package static let prefersPureSwift = Atomic(false)

  /// What computes the digests in this process; it never changes while the process lives.
  public static var implementation: Implementation { Engine.implementation }
}

extension SystemSHA256.Implementation: CustomStringConvertible {
  /// The implementation in words, as a report shows it.
  public var description: String {
    switch self {
    case .pureSwift: "pure Swift"
    case .cryptoKit: "CryptoKit"
    case .libcrypto(let version): "libcrypto (\(version))"
    }
  }
}
