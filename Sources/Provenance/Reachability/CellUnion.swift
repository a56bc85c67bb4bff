/// Unites trees into one, top down: equal ids are shared, and only what differs is looked at.
@safe
struct CellUnion: ~Copyable {
  /// Lists of trees, one level's after the other's.
  private var lists: UnsafeMutablePointer<UInt32>
  private var capacity = 1024
  /// The cell that is being made at each height, ten units each.
  private let cells: UnsafeMutablePointer<UInt64>
  private static let cellStride = 10
  /// Unions of two cells made lately, by their ids: the first, the second, their union.
  private let pairs: UnsafeMutablePointer<SIMD3<UInt32>>
  private static let pairMask: UInt32 = (1 << 15) - 1

  init() {
    unsafe lists = .allocate(capacity: capacity)
    unsafe cells = .allocate(capacity: 7 * Self.cellStride)
    unsafe cells.initialize(repeating: 0, count: 7 * Self.cellStride)
    unsafe pairs = .allocate(capacity: Int(Self.pairMask) + 1)
    unsafe pairs.initialize(repeating: SIMD3(), count: Int(Self.pairMask) + 1)
  }

  deinit {
    unsafe lists.deallocate()
    unsafe cells.deallocate()
    unsafe pairs.deallocate()
  }

  /// The union of trees and of positions.
  ///
  /// - Parameters:
  ///   - trees: The trees, packed.
  ///   - positions: More positions, ascending.
  ///   - table: Where the cells are.
  /// - Returns: The tree, which may be one of those given.
  mutating func unite(
    _ trees: borrowing RowList, _ positions: borrowing RowList, _ table: inout CellTable
  ) -> CellTree {
    // A level has at most the trees that the one above it has.
    let needed = (trees.count + 1) * 8
    if capacity < needed {
      unsafe lists.deallocate()
      capacity = needed * 2
      unsafe lists = .allocate(capacity: capacity)
    }
    var height: UInt32 = 0
    var count = 0
    for index in 0..<trees.count {
      height = max(height, CellTree(packed: trees[index]).height)
      if CellTree(packed: trees[index]).id != CellTree.empty {
        unsafe CellTree.insert(trees[index], lists, &count)
      }
    }
    if positions.count > 0 {
      while positions[positions.count - 1] >> (9 + 4 * height) != 0 { height += 1 }
    }
    if count == 0, positions.count == 0 { return CellTree(id: CellTree.empty, height: 0) }
    let id = unsafe unite(
      lists, count, positions.start, positions.start + positions.count, height, &table)
    return CellTree(id: id, height: height)
  }

  /// Unites the trees of a list, none higher than a height, and positions.
  ///
  /// Recursive, at most seven deep.
  private func unite(
    _ trees: UnsafeMutablePointer<UInt32>, _ count: Int, _ positions: UnsafePointer<UInt32>,
    _ end: UnsafePointer<UInt32>, _ height: UInt32, _ table: inout CellTable
  ) -> UInt32 {
    for index in 0..<count where unsafe trees[index] == height &<< 29 | CellTree.full {
      return CellTree.full
    }
    if height == 0 { return unsafe uniteLeaves(trees, count, positions, end, &table) }
    let reader = unsafe table.reader
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
        if tree.height == height &- 1, tree.id == CellTree.full { full |= 1 }
      }
    }
    let shift = 5 &+ 4 &* height
    var position = unsafe positions
    while unsafe position < end {
      unsafe occupied |= 1 &<< (position.pointee &>> shift & 15)
      unsafe position += 1
    }
    let cell = unsafe cells + Int(height) &* Self.cellStride
    let payload = unsafe UnsafeMutableRawPointer(cell).assumingMemoryBound(to: UInt32.self) + 1
    let children = unsafe trees + count
    var payloadCount = 0
    unsafe position = positions
    var rest = occupied & ~full
    while rest != 0 {
      let slot = UInt32(truncatingIfNeeded: rest.trailingZeroBitCount)
      rest &= rest &- 1
      while unsafe position < end, unsafe position.pointee &>> shift & 15 < slot {
        unsafe position += 1
      }
      let first = unsafe position
      while unsafe position < end, unsafe position.pointee &>> shift & 15 == slot {
        unsafe position += 1
      }
      var distinct = 0
      for index in 0..<count {
        let tree = unsafe CellTree(packed: trees[index])
        if tree.height == height {
          let header = unsafe reader.header(tree.id)
          if header.occupied &>> slot & 1 != 0 {
            let child = unsafe reader.child(tree.id, slot)
            unsafe CellTree.insert((height &- 1) &<< 29 | child, children, &distinct)
          }
        } else if slot == 0 {
          unsafe CellTree.insert(tree.packed, children, &distinct)
        }
      }
      let child: UInt32
      if unsafe first == position, distinct == 1, unsafe children[0] &>> 29 == height &- 1 {
        child = unsafe CellTree(packed: children[0]).id
      } else if unsafe first == position, distinct == 2 {
        let low = unsafe min(children[0], children[1])
        let high = unsafe max(children[0], children[1])
        let key = (low &* 0x9e37_79b1 ^ high &* 0x85eb_ca77) &>> 17
        let known = unsafe pairs[Int(key)]
        if known.x == low, known.y == high {
          child = known.z
        } else {
          child = unsafe unite(children, distinct, first, position, height &- 1, &table)
          unsafe pairs[Int(key)] = SIMD3(low, high, child)
        }
      } else {
        child = unsafe unite(children, distinct, first, position, height &- 1, &table)
      }
      if child == CellTree.full {
        full |= 1 &<< slot
      } else {
        unsafe payload[payloadCount] = child
        payloadCount &+= 1
      }
    }
    if full == 0xffff { return CellTree.full }
    unsafe payload[payloadCount] = 0
    unsafe (payload - 1).pointee = occupied | full &<< 16
    return unsafe find(cell, (payloadCount &+ 2) / 2, trees, count, height, &table)
  }

  private func uniteLeaves(
    _ trees: UnsafeMutablePointer<UInt32>, _ count: Int, _ positions: UnsafePointer<UInt32>,
    _ end: UnsafePointer<UInt32>, _ table: inout CellTable
  ) -> UInt32 {
    let reader = unsafe table.reader
    var words = unsafe reader.words(ofLeaves: trees, count)
    var position = unsafe positions
    while unsafe position < end {
      let value = unsafe position.pointee
      words[Int(value &>> 6 & 7)] |= 1 &<< UInt64(value & 63)
      unsafe position += 1
    }
    var header = CellHeader.leafMark
    var units = 1
    for slot in 0..<8 {
      let word = words[slot]
      if word == 0 { continue }
      header |= 1 &<< UInt32(slot)
      if word == .max {
        header |= 0x1_0000 &<< UInt32(slot)
      } else {
        unsafe cells[units] = word
        units &+= 1
      }
    }
    if header == CellHeader.leafMark | 0xff_00ff { return CellTree.full }
    unsafe cells[0] = UInt64(header)
    return unsafe find(cells, units, trees, count, 0, &table)
  }

  /// The id of a cell that has just been made; most often one of those that it was made from.
  @inline(__always)
  private func find(
    _ cell: UnsafeMutablePointer<UInt64>, _ units: Int, _ trees: UnsafeMutablePointer<UInt32>,
    _ count: Int, _ height: UInt32, _ table: inout CellTable
  ) -> UInt32 {
    let reader = unsafe table.reader
    for index in 0..<count {
      let tree = unsafe CellTree(packed: trees[index])
      if tree.height == height, unsafe cellsEqual(reader.address(tree.id), cell, units) {
        return tree.id
      }
    }
    return unsafe table.intern(cell, units)
  }
}
