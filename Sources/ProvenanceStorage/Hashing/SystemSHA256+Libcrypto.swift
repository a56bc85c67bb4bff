#if !canImport(CryptoKit)
import Provenance
import Synchronization

extension SystemSHA256 {
  /// The hasher of libcrypto, or the pure one where there is no library to trust.
  ///
  /// Side by side and not in an enumeration, whose payload would be copied out and in at every
  /// update: a third of the time of a short message.
  struct Engine: Sendable {
    private var library: Libcrypto.Hasher?
    private var pureSwift = SHA256()

    init(_ library: Libcrypto.Hasher?) { self.library = library }
  }
}

extension SystemSHA256.Engine {
  /// Looked for once; a lazy constant is initialised by one thread while the others wait.
  private static let found =
    SystemSHA256.prefersPureSwift.load(ordering: .sequentiallyConsistent) ? nil : Libcrypto.load()

  /// Copied for each message: cheaper than to have the library start one, and for a short message
  /// that shows.
  private static let fresh = found.map { Libcrypto.Hasher($0.functions) }

  static var implementation: SystemSHA256.Implementation {
    found.map { .libcrypto(version: $0.version) } ?? .pureSwift
  }

  static func hash(_ bytes: RawSpan) -> SHA256Digest {
    guard var hasher = fresh else { return SHA256.hash(bytes) }
    hasher.update(bytes)
    return hasher.close()
  }

  init() { self.init(Self.fresh) }

  mutating func update(_ bytes: RawSpan) {
    if library == nil {
      pureSwift.update(bytes)
    } else {
      library?.update(bytes)
    }
  }

  func finalize() -> SHA256Digest { library?.finalize() ?? pureSwift.finalize() }
}
#endif
