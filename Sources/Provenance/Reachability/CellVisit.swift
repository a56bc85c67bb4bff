/// What is done with the union of trees, leaf by leaf.
protocol CellVisitor: ~Copyable {
  /// Takes up to 512 positions from a multiple of 512 on.
  mutating func visit(_ words: SIMD8<UInt64>, from position: UInt32)
  /// Takes a full range of positions; both bounds are multiples of 64.
  mutating func visitFull(from position: UInt32, count: UInt32)
}

/// Visits the union of trees without making it.
@safe
struct CellVisit: ~Copyable {
  private var lists: UnsafeMutablePointer<UInt32>
  private var capacity = 1024

  init() { unsafe lists = .allocate(capacity: capacity) }

  deinit { unsafe lists.deallocate() }

  /// Visits each position of a union of trees once, ascending.
  mutating func visit(
    _ trees: borrowing RowList, _ reader: CellReader,
    _ visitor: inout some CellVisitor & ~Copyable
  ) {
    let needed = (trees.count + 1) * 8
    if capacity < needed {
      unsafe lists.deallocate()
      capacity = needed * 2
      unsafe lists = .allocate(capacity: capacity)
    }
    var height: UInt32 = 0
    var count = 0
    for index in 0..<trees.count {
      let tree = CellTree(packed: trees[index])
      height = max(height, tree.height)
      if tree.id != CellTree.empty { unsafe CellTree.insert(tree.packed, lists, &count) }
    }
    if count > 0 { unsafe visit(lists, count, height, 0, reader, &visitor) }
  }

  /// Recursive, at most seven deep.
  private func visit(
    _ trees: UnsafeMutablePointer<UInt32>, _ count: Int, _ height: UInt32, _ base: UInt32,
    _ reader: CellReader, _ visitor: inout some CellVisitor & ~Copyable
  ) {
    for index in 0..<count where unsafe trees[index] == height &<< 29 | CellTree.full {
      visitor.visitFull(from: base, count: 512 &<< (4 &* height))
      return
    }
    if height == 0 {
      unsafe visitor.visit(reader.words(ofLeaves: trees, count), from: base)
      return
    }
    let size: UInt32 = 32 &<< (4 &* height)
    var occupied: UInt32 = 0
    var full: UInt32 = 0
    for index in 0..<count {
      let tree = unsafe CellTree(packed: trees[index])
      if tree.height == height {
        let header = unsafe reader.header(tree.id)
        occupied |= header.occupied
        full |= header.full
      } else {
        occupied |= 1
      }
    }
    let children = unsafe trees + count
    while occupied != 0 {
      let slot = UInt32(truncatingIfNeeded: occupied.trailingZeroBitCount)
      occupied &= occupied &- 1
      let first = base &+ slot &* size
      if full &>> slot & 1 != 0 {
        visitor.visitFull(from: first, count: size)
        continue
      }
      var distinct = 0
      for index in 0..<count {
        let tree = unsafe CellTree(packed: trees[index])
        if tree.height == height {
          if unsafe reader.header(tree.id).occupied &>> slot & 1 != 0 {
            unsafe CellTree.insert(
              (height &- 1) &<< 29 | reader.child(tree.id, slot), children, &distinct)
          }
        } else if slot == 0 {
          unsafe CellTree.insert(tree.packed, children, &distinct)
        }
      }
      unsafe visit(children, distinct, height &- 1, first, reader, &visitor)
    }
  }
}

extension CellReader {
  /// The union of leaves, all of height 0.
  @inline(__always)
  func words(ofLeaves trees: UnsafeMutablePointer<UInt32>, _ count: Int) -> SIMD8<UInt64> {
    var words = SIMD8<UInt64>(repeating: 0)
    for index in 0..<count {
      let leaf = unsafe address(CellTree(packed: trees[index]).id)
      let header = unsafe CellHeader(bits: leaf.load(as: UInt32.self))
      var payload = unsafe leaf + 8
      var rest = header.occupied
      while rest != 0 {
        let slot = rest.trailingZeroBitCount
        rest &= rest &- 1
        if header.full &>> UInt32(slot) & 1 != 0 {
          words[slot] = .max
        } else {
          unsafe words[slot] |= payload.load(as: UInt64.self)
          unsafe payload += 8
        }
      }
    }
    return words
  }
}
