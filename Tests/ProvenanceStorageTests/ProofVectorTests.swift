import Provenance
import Testing

@testable import ProvenanceStorage

/// The probes of transparency-dev/merkle, the unhappy ones included.
@Suite struct ProofVectorTests {
  struct Inclusion: Decodable {
    var leafIdx: UInt64
    var treeSize: UInt64?
    var start: UInt64?
    var end: UInt64?
    var root: String
    var leafHash: String
    var proof: [String]?
    var desc: String
    var wantErr: Bool
    var file: String

    var isAccepted: Bool {
      // What is no digest cannot become part of a proof at all.
      let hashes = (proof ?? []).compactMap(ProofFixture.digest)
      guard let leaf = ProofFixture.digest(leafHash), let root = ProofFixture.digest(root),
        hashes.count == proof?.count ?? 0
      else { return false }
      return !isRefused { () throws(ProofError) in
        if let treeSize {
          try InclusionProof(leafIndex: leafIdx, treeSize: treeSize, hashes: hashes)
            .verify(leaf: leaf, root: root)
        } else {
          let (start, end) = (start ?? 0, end ?? 0)
          guard start <= end else { throw ProofError(.outOfRange, "no range") }
          let found = try MerkleVerification.root(
            ofLeaf: leaf, at: leafIdx, in: start..<end, hashes: hashes)
          guard found == root else { throw ProofError(.wrongRoot, "another root") }
        }
      }
    }
  }

  struct Consistency: Decodable {
    var size1: UInt64?
    var size2: UInt64?
    var start: UInt64?
    var end: UInt64?
    var size: UInt64?
    var root1: String
    var root2: String
    var proof: [String]?
    var desc: String
    var wantErr: Bool
    var file: String

    /// That no leaves are in any tree says nothing, and is refused.
    var isAcceptable: Bool { !wantErr && (start == nil || start != end) }

    var isAccepted: Bool {
      // Some roots are words; what matters of them is whether they are equal.
      func digest(_ text: String) -> SHA256Digest {
        ProofFixture.digest(text) ?? SHA256.hash(Array(text.utf8))
      }
      let hashes = (proof ?? []).map(digest)
      let (first, second) = (digest(root1), digest(root2))
      return !isRefused { () throws(ProofError) in
        if let size1, let size2 {
          try ConsistencyProof(olderSize: size1, newerSize: size2, hashes: hashes)
            .verify(olderRoot: first, newerRoot: second)
        } else {
          let (start, end) = (start ?? 0, end ?? 0)
          guard start <= end else { throw ProofError(.outOfRange, "no range") }
          try MerkleVerification.check(
            start..<end, root: first, inTreeOf: size ?? 0, root: second, hashes: hashes)
        }
      }
    }
  }

  @Test(arguments: [("inclusion", 98), ("subtreeinclusion", 204)])
  func inclusion(_ name: String, count: Int) throws {
    let vectors: [Inclusion] = try ProofFixture.json(name, in: "merkle-rfc6962")
    #expect(vectors.count == count)
    let misjudged = vectors.filter { $0.isAccepted == $0.wantErr }
      .map { "\($0.file): \($0.desc)" }
    #expect(misjudged == [])
  }

  @Test(arguments: [("consistency", 98, 0), ("subtreeconsistency", 118, 6)])
  func consistency(_ name: String, count: Int, empty: Int) throws {
    let vectors: [Consistency] = try ProofFixture.json(name, in: "merkle-rfc6962")
    #expect(vectors.count == count)
    let misjudged = vectors.filter { $0.isAccepted != $0.isAcceptable }
      .map { "\($0.file): \($0.desc)" }
    #expect(vectors.filter { !$0.wantErr && !$0.isAcceptable }.count == empty)
    #expect(misjudged == [])
  }
}
