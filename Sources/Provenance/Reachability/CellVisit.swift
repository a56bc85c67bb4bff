/// What is done with the union of trees, many words at a time.
protocol CellVisitor: ~Copyable {
  /// Takes some of 64 positions for each word of a batch.
  mutating func visit(_ batch: CellBatch)
  /// Takes a full range of positions; both bounds are multiples of 512.
  mutating func visitFull(from position: UInt32, count: UInt32)
  /// Whether no more is wanted.
  var isDone: Bool { get }
}

/// Words of leaves that are taken together, so that the cache misses that they lead to overlap.
@unsafe
struct CellBatch {
  static let limit = 128
  let words: UnsafeMutablePointer<UInt64>
  /// The first of each word's positions, a multiple of 64.
  let positions: UnsafeMutablePointer<UInt32>
  var count = 0

  @inline(__always)
  mutating func append(_ word: UInt64, at position: UInt32) {
    unsafe words[count] = word
    unsafe positions[count] = position
    unsafe count &+= 1
  }
}

/// Visits the union of trees without making it.
@safe
struct CellVisit: ~Copyable {
  private var lists: UnsafeMutablePointer<UInt32>
  private var capacity = 1024
  /// A leaf in the making; all zero between leaves.
  private let leaf: UnsafeMutablePointer<UInt64>
  private let words: UnsafeMutablePointer<UInt64>
  private let positions: UnsafeMutablePointer<UInt32>
  /// Takes what was loaded only to have it in the cache.
  private let touched: UnsafeMutablePointer<UInt32>

  init() {
    unsafe lists = .allocate(capacity: capacity)
    unsafe leaf = .allocate(capacity: 8)
    unsafe leaf.initialize(repeating: 0, count: 8)
    unsafe words = .allocate(capacity: CellBatch.limit + 8)
    unsafe positions = .allocate(capacity: CellBatch.limit + 8)
    unsafe touched = .allocate(capacity: 1)
  }

  deinit {
    unsafe lists.deallocate()
    unsafe leaf.deallocate()
    unsafe words.deallocate()
    unsafe positions.deallocate()
    unsafe touched.deallocate()
  }

  /// Visits each position of a union of trees once, in no particular order.
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
      if tree.id == CellTree.empty { continue }
      height = max(height, tree.height)
      unsafe CellTree.insert(tree.packed, lists, &count)
    }
    if count == 0 { return }
    var batch = unsafe CellBatch(words: words, positions: positions)
    unsafe visit(lists, count, height, 0, reader, &batch, &visitor)
    unsafe visitor.visit(batch)
  }

  /// Loads the first lines of a cell's children, which are waited for together.
  @inline(__always)
  private func touchChildren(_ id: UInt32, _ reader: CellReader) {
    let cell = unsafe reader.address(id)
    let count = unsafe CellHeader(bits: cell.load(as: UInt32.self)).mixed.nonzeroBitCount
    var sum: UInt32 = 0
    for index in 0..<count {
      let child = unsafe cell.load(fromByteOffset: 4 &+ index &* 4, as: UInt32.self)
      sum &+= unsafe reader.header(child).bits
    }
    unsafe touched.pointee = sum
  }

  /// Hands on what has gathered, before there is no room for another leaf.
  @inline(__always)
  private func flush(
    _ batch: inout CellBatch, _ visitor: inout some CellVisitor & ~Copyable
  ) {
    if unsafe batch.count <= CellBatch.limit { return }
    unsafe visitor.visit(batch)
    unsafe batch.count = 0
  }

  /// Recursive, at most seven deep.
  private func visit(
    _ trees: UnsafeMutablePointer<UInt32>, _ count: Int, _ height: UInt32, _ base: UInt32,
    _ reader: CellReader, _ batch: inout CellBatch,
    _ visitor: inout some CellVisitor & ~Copyable
  ) {
    for index in 0..<count where unsafe trees[index] == height &<< 29 | CellTree.full {
      visitor.visitFull(from: base, count: 512 &<< (4 &* height))
      return
    }
    if count == 1, unsafe trees[0] &>> 29 == height {
      unsafe visitOne(CellTree(packed: trees[0]).id, height, base, reader, &batch, &visitor)
      return
    }
    if height == 0 {
      unsafe visitLeaves(trees, count, base, reader, &batch, &visitor)
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
        unsafe touchChildren(tree.id, reader)
      } else {
        occupied |= 1
      }
    }
    let children = unsafe trees + count
    while occupied != 0 {
      if visitor.isDone { return }
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
      unsafe visit(children, distinct, height &- 1, first, reader, &batch, &visitor)
    }
  }

  /// Visits one tree that is not full: its payload is read in order.
  ///
  /// Recursive, at most seven deep.
  private func visitOne(
    _ id: UInt32, _ height: UInt32, _ base: UInt32, _ reader: CellReader, _ batch: inout CellBatch,
    _ visitor: inout some CellVisitor & ~Copyable
  ) {
    let cell = unsafe reader.address(id)
    let header = unsafe CellHeader(bits: cell.load(as: UInt32.self))
    var occupied = header.occupied
    if height == 0 {
      var payload = unsafe cell + 8
      while occupied != 0 {
        let slot = UInt32(truncatingIfNeeded: occupied.trailingZeroBitCount)
        occupied &= occupied &- 1
        var word = UInt64.max
        if header.full &>> slot & 1 == 0 {
          word = unsafe payload.load(as: UInt64.self)
          unsafe payload += 8
        }
        unsafe batch.append(word, at: base &+ slot &* 64)
      }
      unsafe flush(&batch, &visitor)
      return
    }
    unsafe touchChildren(id, reader)
    var payload = unsafe cell + 4
    let size: UInt32 = 32 &<< (4 &* height)
    while occupied != 0 {
      if visitor.isDone { return }
      let slot = UInt32(truncatingIfNeeded: occupied.trailingZeroBitCount)
      occupied &= occupied &- 1
      if header.full &>> slot & 1 != 0 {
        visitor.visitFull(from: base &+ slot &* size, count: size)
        continue
      }
      let child = unsafe payload.load(as: UInt32.self)
      unsafe payload += 4
      unsafe visitOne(child, height &- 1, base &+ slot &* size, reader, &batch, &visitor)
    }
  }

  /// Visits the union of several leaves, none of them full.
  private func visitLeaves(
    _ trees: UnsafeMutablePointer<UInt32>, _ count: Int, _ base: UInt32, _ reader: CellReader,
    _ batch: inout CellBatch, _ visitor: inout some CellVisitor & ~Copyable
  ) {
    var occupied: UInt32 = 0
    for index in 0..<count {
      let cell = unsafe reader.address(CellTree(packed: trees[index]).id)
      let header = unsafe CellHeader(bits: cell.load(as: UInt32.self))
      occupied |= header.occupied
      var payload = unsafe cell + 8
      var rest = header.occupied
      while rest != 0 {
        let slot = rest.trailingZeroBitCount
        rest &= rest &- 1
        if header.full &>> UInt32(slot) & 1 != 0 {
          unsafe leaf[slot] = .max
        } else {
          unsafe leaf[slot] |= payload.load(as: UInt64.self)
          unsafe payload += 8
        }
      }
    }
    while occupied != 0 {
      let slot = occupied.trailingZeroBitCount
      occupied &= occupied &- 1
      unsafe batch.append(leaf[slot], at: base &+ UInt32(slot) &* 64)
      unsafe leaf[slot] = 0
    }
    unsafe flush(&batch, &visitor)
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
