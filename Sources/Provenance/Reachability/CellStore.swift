/// A fixed run of memory for cells; written by one builder, then only read.
@safe
final class CellSegment: @unchecked Sendable {
  static let shift: UInt32 = 17
  static let unitCount = 1 << Int(shift)
  static let unitBytes = 8
  let start: UnsafeMutableRawPointer

  init() {
    unsafe start = .allocate(byteCount: Self.unitCount * Self.unitBytes, alignment: 64)
  }

  /// A copy of the first units.
  convenience init(copying other: CellSegment, units: Int) {
    self.init()
    unsafe start.copyMemory(from: other.start, byteCount: units * Self.unitBytes)
  }

  deinit { unsafe start.deallocate() }
}

/// The cells of an ancestor index: immutable nodes of radix trees, shared between trees.
///
/// A cell starts with a header of 32 bits: which of its slots are not empty (low 16) and which of
/// those are full (high 16). What is neither follows in the order of slots. Above height 0 there
/// are 16 slots and an id of 32 bits for each; at height 0 there are 8 slots, 64 bits for
/// each, and the header's top bit is set, as no cell above has it without bit 15.
///
///     |header  |id      |id      | ...      16 slots of 512 * 16^(height - 1) positions
///     |header  |word            | ...       8 slots of 64 positions
///
/// An id is where a cell lies, in units of 8 bytes. Ids 0 and 1 are the empty and the full set.
@safe
final class CellStore: @unchecked Sendable {
  let segments: [CellSegment]
  /// How many units are in use.
  let unitCount: Int
  private let bases: UnsafeMutablePointer<UnsafeMutableRawPointer>

  init(segments: [CellSegment], unitCount: Int) {
    self.segments = segments
    self.unitCount = unitCount
    unsafe bases = .allocate(capacity: max(segments.count, 1))
    for (index, segment) in segments.enumerated() {
      unsafe (bases + index).initialize(to: segment.start)
    }
  }

  deinit { unsafe bases.deallocate() }

  /// A view for a loop; the store must outlive it.
  @inline(__always)
  var reader: CellReader { unsafe CellReader(bases: bases) }
}

/// A set of positions: a cell and its height, packed.
struct CellTree: Hashable {
  static let empty: UInt32 = 0
  static let full: UInt32 = 1

  var packed: UInt32

  @inline(__always)
  init(packed: UInt32) { self.packed = packed }

  @inline(__always)
  init(id: UInt32, height: UInt32) { packed = height &<< 29 | id }

  @inline(__always)
  var id: UInt32 { packed & 0x1fff_ffff }

  @inline(__always)
  var height: UInt32 { packed &>> 29 }

  /// Adds a packed tree to a list that does not have it.
  @inline(__always)
  static func insert(
    _ tree: UInt32, _ list: UnsafeMutablePointer<UInt32>, _ count: inout Int
  ) {
    for index in 0..<count where unsafe list[index] == tree { return }
    unsafe list[count] = tree
    count &+= 1
  }
}
