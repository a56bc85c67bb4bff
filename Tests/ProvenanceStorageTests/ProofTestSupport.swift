import Foundation
import Provenance
import ProvenanceStorage
import Testing

/// What the tests of proofs share.
enum ProofFixture {
  /// A fixture that is JSON.
  static func json<T: Decodable>(_ name: String, in folder: String) throws -> T {
    let url = try #require(
      Bundle.module.url(
        forResource: name, withExtension: "json", subdirectory: "Fixtures/" + folder))
    return try JSONDecoder().decode(T.self, from: Data(contentsOf: url))
  }

  /// The digest that is written in Base64; `nil` when it is none.
  static func digest(_ base64: String) -> SHA256Digest? {
    Data(base64Encoded: base64).flatMap { SHA256Digest(bytes: $0) }
  }

  /// Bytes from hexadecimal digits.
  static func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = Array(hexadecimal.utf8)
    return stride(from: 0, to: digits.count - 1, by: 2).map {
      UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)!
    }
  }

  /// The secret bytes of a key that everyone knows.
  static func seed(_ number: Int) -> [UInt8] {
    [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 32)
  }

  /// The leaf hash of a number.
  static func leaf(_ number: Int) -> SHA256Digest {
    MerkleTree.leafHash(Array("leaf \(number)".utf8))
  }

  /// The tree of so many leaves, and its root at every size.
  static func tree(_ count: Int) -> (tiles: MerkleTiles, roots: [SHA256Digest]) {
    var tiles = MerkleTiles()
    var tree = MerkleTree()
    var roots = [tree.root]
    for number in 0..<count {
      tiles.append(leaf(number))
      tree.append(leaf(number))
      roots.append(tree.root)
    }
    return (tiles, roots)
  }
}

extension SHA256Digest {
  /// The digest with one bit changed.
  func flipping(bit: Int) -> SHA256Digest {
    var bytes = self.bytes
    bytes[bit / 8] ^= 1 << UInt8(bit % 8)
    return SHA256Digest(bytes: bytes)!
  }
}

/// Whether a proof is refused, in the only way that it may be.
func isRefused(_ body: () throws(ProofError) -> Void) -> Bool {
  do throws(ProofError) {
    try body()
    return false
  } catch {
    return !error.message.isEmpty
  }
}
