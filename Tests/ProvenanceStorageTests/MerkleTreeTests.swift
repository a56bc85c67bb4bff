import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

@Suite struct MerkleTreeTests {
  struct Reference: Decodable {
    var leaves_hex: [String]
    var root_by_size_hex: [String]
  }

  static func decode(_ hexadecimal: String) -> [UInt8] {
    let digits = Array(hexadecimal)
    return stride(from: 0, to: digits.count, by: 2).map {
      UInt8(String(digits[$0...$0 + 1]), radix: 16)!
    }
  }

  @Test func referenceTreeOfEightLeaves() throws {
    let url = try #require(
      Bundle.module.url(
        forResource: "reference-tree-8", withExtension: "json",
        subdirectory: "Fixtures/merkle-rfc6962"))
    let reference = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url))
    #expect(reference.leaves_hex.count == 8)
    var tree = MerkleTree()
    #expect(tree.root.bytes == Self.decode(reference.root_by_size_hex[0]))
    for (leaf, root) in zip(reference.leaves_hex, reference.root_by_size_hex.dropFirst()) {
      tree.append(MerkleTree.leafHash(Self.decode(leaf)))
      #expect(tree.root.bytes == Self.decode(root))
    }
  }

  @Test func equalsTheDefinitionToThreeHundredLeaves() {
    var tree = MerkleTree()
    var leaves: [[UInt8]] = []
    var different: [Int] = []
    for size in 1...300 {
      leaves.append((0..<size % 40).map { UInt8(truncatingIfNeeded: $0 * size) })
      tree.append(MerkleTree.leafHash(leaves[size - 1]))
      if tree.root != ReferenceMerkleTree.root(of: leaves) { different.append(size) }
      if tree.size != UInt64(size) { different.append(-size) }
    }
    #expect(different == [])
  }

  @Test func goesOnFromItsPeaks() throws {
    var whole = MerkleTree()
    for size in 0..<130 {
      let leaf = MerkleTree.leafHash([UInt8(size)])
      var restored = try #require(MerkleTree(size: whole.size, peaks: whole.peaks))
      #expect(restored == whole)
      whole.append(leaf)
      restored.append(leaf)
      #expect(restored.root == whole.root)
    }
    #expect(MerkleTree(size: 3, peaks: Array(whole.peaks.prefix(1))) == nil)
    #expect(MerkleTree(size: 0, peaks: whole.peaks) == nil)
  }
}
