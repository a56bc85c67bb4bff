import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

@Suite struct ProofTests {
  @Test func tilesHaveTheRootOfTheTreeAtEverySize() throws {
    let (tiles, roots) = ProofFixture.tree(1100)
    #expect(tiles.size == 1100)
    let wrong = try (0...1100).filter { try tiles.root(at: UInt64($0)) != roots[$0] }
    #expect(wrong == [])
    #expect(thrown(ProofError.self) { _ = try tiles.root(at: 1101) }?.kind == .outOfRange)
  }

  /// A third level of tiles begins at 65,536 leaves.
  @Test func proofsAcrossLevelsOfTiles() throws {
    let (tiles, roots) = ProofFixture.tree(66_000)
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<300 {
      let size = UInt64.random(in: 65_000...66_000, using: &generator)
      let index = UInt64.random(in: 0..<size, using: &generator)
      let older = UInt64.random(in: 1...size, using: &generator)
      try tiles.inclusionProof(of: index, in: size)
        .verify(leaf: ProofFixture.leaf(Int(index)), root: roots[Int(size)])
      try tiles.consistencyProof(from: older, to: size)
        .verify(olderRoot: roots[Int(older)], newerRoot: roots[Int(size)])
    }
  }

  @Test func everyInclusionProofTo256Leaves() throws {
    let (tiles, roots) = ProofFixture.tree(256)
    for size in 1...256 as ClosedRange<UInt64> {
      for index in 0..<size {
        try tiles.inclusionProof(of: index, in: size)
          .verify(leaf: ProofFixture.leaf(Int(index)), root: roots[Int(size)])
      }
    }
    #expect(thrown(ProofError.self) { _ = try tiles.inclusionProof(of: 4, in: 4) } != nil)
    #expect(thrown(ProofError.self) { _ = try tiles.inclusionProof(of: 4, in: 257) } != nil)
  }

  @Test func everyConsistencyProofTo128Leaves() throws {
    let (tiles, roots) = ProofFixture.tree(128)
    for newer in 1...128 as ClosedRange<UInt64> {
      for older in 1...newer {
        try tiles.consistencyProof(from: older, to: newer)
          .verify(olderRoot: roots[Int(older)], newerRoot: roots[Int(newer)])
      }
    }
    #expect(
      thrown(ProofError.self) { _ = try tiles.consistencyProof(from: 0, to: 5) }?.kind
        == .emptyTree)
    #expect(
      thrown(ProofError.self) { _ = try tiles.consistencyProof(from: 6, to: 5) }?.kind
        == .outOfRange)
  }

  /// Whatever is changed in a proof, in its leaf or in its root, it is refused.
  @Test func everyMutationOfAnInclusionProofIsRefused() throws {
    let (tiles, roots) = ProofFixture.tree(40)
    var accepted: [String] = []
    for size in 1...40 as ClosedRange<UInt64> {
      for index in 0..<size {
        let proof = try tiles.inclusionProof(of: index, in: size)
        let (leaf, root) = (ProofFixture.leaf(Int(index)), roots[Int(size)])
        func expectRefusal(
          _ what: String, _ proof: InclusionProof, leaf: SHA256Digest? = nil,
          root other: SHA256Digest? = nil
        ) {
          let isRefused = isRefused { () throws(ProofError) in
            try proof.verify(leaf: leaf ?? ProofFixture.leaf(Int(index)), root: other ?? root)
          }
          if !isRefused { accepted.append("\(what) of leaf \(index) in \(size)") }
        }
        let bit = Int(index * 7 + size) % 256
        expectRefusal("leaf", proof, leaf: leaf.flipping(bit: bit))
        expectRefusal("root", proof, root: root.flipping(bit: bit))
        for changed in mutations(of: proof.hashes, bit: bit) {
          var other = proof
          other.hashes = changed.hashes
          expectRefusal(changed.name, other)
        }
        for changed in [0, index &- 1, index + 1, index ^ 2, index << 1, size, .max]
        where changed != index {
          var other = proof
          other.leafIndex = changed
          expectRefusal("index \(changed)", other)
        }
        // A tree of another size has another shape on the way of this leaf, or the same: then the
        // proof is that of the other size as well, and only its root tells them apart.
        for changed in [0, size - 1, size + 1, size << 1, size >> 1, .max] where changed != size {
          var other = proof
          other.treeSize = changed
          let known = changed <= 40 ? roots[Int(changed)] : root.flipping(bit: bit)
          expectRefusal("size \(changed)", other, root: known)
        }
      }
    }
    #expect(accepted == [])
  }

  @Test func everyMutationOfAConsistencyProofIsRefused() throws {
    let (tiles, roots) = ProofFixture.tree(40)
    var accepted: [String] = []
    for newer in 1...40 as ClosedRange<UInt64> {
      for older in 1...newer {
        let proof = try tiles.consistencyProof(from: older, to: newer)
        let (first, second) = (roots[Int(older)], roots[Int(newer)])
        func expectRefusal(
          _ what: String, _ proof: ConsistencyProof, _ first: SHA256Digest, _ second: SHA256Digest
        ) {
          let isRefused = isRefused { () throws(ProofError) in
            try proof.verify(olderRoot: first, newerRoot: second)
          }
          if !isRefused { accepted.append("\(what) from \(older) to \(newer)") }
        }
        let bit = Int(older * 5 + newer) % 256
        expectRefusal("older root", proof, first.flipping(bit: bit), second)
        expectRefusal("newer root", proof, first, second.flipping(bit: bit))
        if older != newer { expectRefusal("swapped roots", proof, second, first) }
        for changed in mutations(of: proof.hashes, bit: bit) {
          var other = proof
          other.hashes = changed.hashes
          expectRefusal(changed.name, other, first, second)
        }
        for changed in [0, older - 1, older + 1, newer + 1, .max] where changed != older {
          var other = proof
          other.olderSize = changed
          let known = changed <= 40 ? roots[Int(changed)] : first.flipping(bit: bit)
          // With the right root of the other size, only the one real proof may pass.
          guard (try? tiles.consistencyProof(from: changed, to: newer)) != other else { continue }
          expectRefusal("older size \(changed)", other, known, second)
        }
        for changed in [0, older &- 1, newer - 1, newer + 1, .max] where changed != newer {
          var other = proof
          other.newerSize = changed
          let known = changed <= 40 ? roots[Int(changed)] : second.flipping(bit: bit)
          guard (try? tiles.consistencyProof(from: older, to: changed)) != other else { continue }
          expectRefusal("newer size \(changed)", other, first, known)
        }
      }
    }
    #expect(accepted == [])
  }

  /// Each hash with a bit changed, dropped, doubled, swapped with the next; one more at each place.
  private func mutations(
    of hashes: [SHA256Digest], bit: Int
  ) -> [(name: String, hashes: [SHA256Digest])] {
    var all: [(name: String, hashes: [SHA256Digest])] = []
    for place in 0...hashes.count {
      var more = hashes
      more.insert(ProofFixture.leaf(1000), at: place)
      all.append(("hash added at \(place)", more))
      guard place < hashes.count else { continue }
      var changed = hashes
      changed[place] = changed[place].flipping(bit: bit)
      all.append(("bit \(bit) of hash \(place)", changed))
      var dropped = hashes
      dropped.remove(at: place)
      all.append(("hash \(place) dropped", dropped))
      var doubled = hashes
      doubled.insert(hashes[place], at: place)
      all.append(("hash \(place) doubled", doubled))
      guard place + 1 < hashes.count else { continue }
      var swapped = hashes
      swapped.swapAt(place, place + 1)
      all.append(("hash \(place) swapped", swapped))
    }
    return all
  }

  @Test func everySingleBitOfAProofCounts() throws {
    let (tiles, roots) = ProofFixture.tree(11)
    let inclusion = try tiles.inclusionProof(of: 6, in: 11)
    let consistency = try tiles.consistencyProof(from: 6, to: 11)
    var accepted: [String] = []
    for place in inclusion.hashes.indices {
      for bit in 0..<256 {
        var other = inclusion
        other.hashes[place] = other.hashes[place].flipping(bit: bit)
        let isRefused = isRefused { () throws(ProofError) in
          try other.verify(leaf: ProofFixture.leaf(6), root: roots[11])
        }
        if !isRefused { accepted.append("inclusion \(place) \(bit)") }
      }
    }
    for place in consistency.hashes.indices {
      for bit in 0..<256 {
        var other = consistency
        other.hashes[place] = other.hashes[place].flipping(bit: bit)
        let isRefused = isRefused { () throws(ProofError) in
          try other.verify(olderRoot: roots[6], newerRoot: roots[11])
        }
        if !isRefused { accepted.append("consistency \(place) \(bit)") }
      }
    }
    #expect(accepted == [])
  }

  @Test func findsLeaves() throws {
    let (tiles, _) = ProofFixture.tree(300)
    #expect(tiles.index(of: ProofFixture.leaf(299)) == 299)
    #expect(tiles.index(of: ProofFixture.leaf(300)) == nil)
    #expect(tiles.leaf(at: 7) == ProofFixture.leaf(7))
    #expect(tiles.leaf(at: 300) == nil)
  }

  @Test func proofsAreForTheirSizesAlone() throws {
    let (tiles, roots) = ProofFixture.tree(9)
    func head(_ size: Int) -> TreeHead { TreeHead(size: UInt64(size), root: roots[size]) }
    let inclusion = try tiles.inclusionProof(of: 2, in: 8)
    let record = RecordID(digest: ProofFixture.leaf(2))
    try inclusion.verify(record, in: head(8))
    let error = thrown(ProofError.self) { try inclusion.verify(record, in: head(9)) }
    #expect(error?.kind == .outOfRange)
    #expect(error?.description.hasPrefix("outOfRange: the proof is for a tree of 8") == true)
    let consistency = try tiles.consistencyProof(from: 3, to: 8)
    try consistency.verify(from: head(3), to: head(8))
    for (older, newer) in [(3, 9), (2, 8), (8, 3)] {
      #expect(
        thrown(ProofError.self) { try consistency.verify(from: head(older), to: head(newer)) }?.kind
          == .outOfRange)
    }
    #expect(Set([inclusion, inclusion]).count == 1)
    #expect(Set([consistency, consistency]).count == 1)
  }

  /// Sizes at the very end of their type, from outside.
  @Test func extremeSizes() {
    let hashes = [SHA256Digest](repeating: ProofFixture.leaf(1), count: 64)
    for (index, size) in [
      (UInt64.max - 1, UInt64.max), (0, .max), (.max, .max), (1 << 63, .max), (.max, 0),
    ] as [(UInt64, UInt64)] {
      for count in [0, 1, 63, 64] {
        #expect(
          isRefused { () throws(ProofError) in
            try InclusionProof(
              leafIndex: index, treeSize: size, hashes: Array(hashes.prefix(count))
            ).verify(leaf: hashes[0], root: hashes[1])
          })
        #expect(
          isRefused { () throws(ProofError) in
            try ConsistencyProof(
              olderSize: index, newerSize: size, hashes: Array(hashes.prefix(count))
            ).verify(olderRoot: hashes[0], newerRoot: MerkleTree.emptyRoot)
          })
      }
    }
  }
}
