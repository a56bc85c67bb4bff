#if canImport(CryptoKit)
import CryptoKit

extension Ed25519PrivateKey {
  /// Signing by CryptoKit.
  struct Engine: Sendable {
    private let seed: [UInt8]

    init?(seed: [UInt8]) { self.seed = seed }

    func publicKey() -> [UInt8]? {
      guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
        return nil
      }
      return [UInt8](key.publicKey.rawRepresentation)
    }

    func sign(_ message: [UInt8]) -> [UInt8]? {
      guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed),
        let signature = try? key.signature(for: message)
      else { return nil }
      return [UInt8](signature)
    }
  }
}
#endif
