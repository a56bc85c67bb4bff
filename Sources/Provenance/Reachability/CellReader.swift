/// The first word of a cell.
struct CellHeader {
  static let leafMark: UInt32 = 0x8000_0000

  var bits: UInt32

  @inline(__always)
  init(bits: UInt32) { self.bits = bits }

  /// Which slots are not empty.
  @inline(__always)
  var occupied: UInt32 { bits & 0xffff }

  /// Which slots are full; at height 0 with the leaf mark.
  @inline(__always)
  var full: UInt32 { bits &>> 16 }

  /// Which slots have a payload.
  @inline(__always)
  var mixed: UInt32 { bits & 0xffff & ~(bits &>> 16) }

  @inline(__always)
  var isLeaf: Bool { bits & 0x8000_8000 == Self.leafMark }

  /// How many units of 8 bytes the cell takes.
  @inline(__always)
  var unitCount: Int {
    let count = mixed.nonzeroBitCount
    return isLeaf ? 1 &+ count : (count &+ 2) / 2
  }
}

/// Reads cells by id, without a retain or a check.
@unsafe
struct CellReader {
  let bases: UnsafeMutablePointer<UnsafeMutableRawPointer>

  @inline(__always)
  func address(_ id: UInt32) -> UnsafeMutableRawPointer {
    let segment = unsafe bases[Int(id &>> CellSegment.shift)]
    return unsafe segment + Int(id & UInt32(CellSegment.unitCount &- 1)) &* 8
  }

  @inline(__always)
  func header(_ id: UInt32) -> CellHeader {
    unsafe CellHeader(bits: address(id).load(as: UInt32.self))
  }

  /// The child at a slot that has a payload.
  @inline(__always)
  func child(_ id: UInt32, _ slot: UInt32) -> UInt32 {
    let cell = unsafe address(id)
    let header = unsafe CellHeader(bits: cell.load(as: UInt32.self))
    let rank = (header.mixed & ((1 &<< slot) &- 1)).nonzeroBitCount
    return unsafe cell.load(fromByteOffset: 4 &+ rank &* 4, as: UInt32.self)
  }

  /// Whether a tree holds a position.
  @inline(__always)
  func contains(_ tree: CellTree, _ position: UInt32) -> Bool {
    var height = tree.height
    var id = tree.id
    if position &>> (9 &+ 4 &* height) != 0 { return false }
    if id <= CellTree.full { return id == CellTree.full }
    while height > 0 {
      let cell = unsafe address(id)
      let header = unsafe CellHeader(bits: cell.load(as: UInt32.self))
      let slot = position &>> (5 &+ 4 &* height) & 15
      if header.mixed &>> slot & 1 == 0 { return header.full &>> slot & 1 != 0 }
      let rank = (header.mixed & ((1 &<< slot) &- 1)).nonzeroBitCount
      unsafe id = cell.load(fromByteOffset: 4 &+ rank &* 4, as: UInt32.self)
      height &-= 1
    }
    let cell = unsafe address(id)
    let header = unsafe CellHeader(bits: cell.load(as: UInt32.self))
    let slot = position &>> 6 & 7
    if header.mixed &>> slot & 1 == 0 { return header.full &>> slot & 1 != 0 }
    let rank = (header.mixed & ((1 &<< slot) &- 1)).nonzeroBitCount
    let word = unsafe cell.loadUnaligned(fromByteOffset: 8 &+ rank &* 8, as: UInt64.self)
    return word &>> UInt64(position & 63) & 1 != 0
  }
}
