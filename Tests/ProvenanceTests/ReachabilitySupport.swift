@testable import Provenance

func options(_ spacing: Int) -> AncestorIndexOptions {
  var options = AncestorIndexOptions()
  options.spacing = spacing
  return options
}

/// A DAG of as many nodes as the order has rows: a bit of the mask for each pair of them.
func sample(_ mask: Int, _ order: [UInt32]) -> ReachabilitySample {
  var edges: [(effect: UInt32, cause: UInt32)] = []
  var bit = 0
  for effect in order.indices {
    for cause in 0..<effect {
      if mask >> bit & 1 != 0 { edges.append((order[effect], order[cause])) }
      bit += 1
    }
  }
  let isSorted = order == order.sorted()
  return ReachabilitySample(
    rowCount: order.count, edges: edges, order: isSorted ? nil : order)
}

func permutations(_ count: UInt32) -> [[UInt32]] {
  if count == 0 { return [[]] }
  return permutations(count - 1).flatMap { shorter in
    (0...shorter.count).map { place in
      Array(shorter[..<place]) + [count - 1] + shorter[place...]
    }
  }
}

func rows(_ bits: [UInt64]) -> Set<UInt32> {
  Set((0..<UInt32(bits.count * 64)).filter { bits[Int($0 / 64)] >> UInt64($0 % 64) & 1 != 0 })
}

extension ReachabilitySample {
  /// How many ancestors each row has, for graphs whose sets would be too many to keep as sets.
  func ancestorCounts() -> [Int] {
    let words = rowCount / 64 + 1
    var bits = [UInt64](repeating: 0, count: rowCount * words)
    var counts = [Int](repeating: 0, count: rowCount)
    for row in 0..<rowCount {
      for cause in causes[row] {
        let from = Int(cause) * words
        for word in 0..<words { bits[row * words + word] |= bits[from + word] }
        bits[row * words + Int(cause) / 64] |= 1 << UInt64(cause % 64)
      }
      for word in 0..<words { counts[row] += bits[row * words + word].nonzeroBitCount }
    }
    return counts
  }
}

/// What an index built over a sample answers otherwise than a plain search does.
func difference(
  _ sample: ReachabilitySample, _ options: AncestorIndexOptions
) throws -> String? {
  let index = try sample.withLists {
    try unsafe AncestorIndex($0, late: sample.late, order: sample.order, options: options)
  }
  return difference(sample, index)
}

/// What an index over a prefix of a sample answers otherwise than a plain search does.
func difference(_ sample: ReachabilitySample, _ index: AncestorIndex) -> String? {
  let ancestors = sample.ancestors()
  var search = AncestorSearch()
  return sample.withLists { lists in
    for row in 0..<UInt32(sample.rowCount) {
      var bits = [UInt64](repeating: 0, count: sample.rowCount / 64 + 1)
      unsafe bits.withUnsafeMutableBufferPointer { bits in
        unsafe search.insertAncestors(
          of: CollectionOfOne(row), index, lists, late: sample.late, into: bits.baseAddress!)
      }
      if rows(bits) != ancestors[Int(row)] {
        return "ancestors of \(row): \(rows(bits).sorted()), not \(ancestors[Int(row)].sorted())"
      }
      let count = unsafe search.countAncestors(of: row, index, lists, late: sample.late)
      if count != ancestors[Int(row)].count { return "count of \(row): \(count)" }
      for other in 0..<UInt32(sample.rowCount) {
        let expected = ancestors[Int(row)].contains(other)
        if unsafe search.isAncestor(other, of: row, index, lists, late: sample.late) != expected {
          return "\(other) of \(row): not \(expected)"
        }
      }
    }
    return nil
  }
}
