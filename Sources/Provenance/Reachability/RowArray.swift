/// A number for each row; written by one builder, then only read.
@safe
final class RowArray: @unchecked Sendable {
  let start: UnsafeMutablePointer<UInt32>
  let count: Int

  init(repeating value: UInt32, count: Int) {
    self.count = count
    unsafe start = .allocate(capacity: max(count, 1))
    unsafe start.initialize(repeating: value, count: count)
  }

  /// A longer copy.
  convenience init(copying other: RowArray, count: Int, rest: UInt32) {
    self.init(repeating: rest, count: count)
    unsafe start.update(from: other.start, count: min(other.count, count))
  }

  deinit { unsafe start.deallocate() }

  var byteCount: Int { count * MemoryLayout<UInt32>.stride }

  @inline(__always)
  subscript(row: UInt32) -> UInt32 {
    get {
      assert(Int(row) < count)
      return unsafe start[Int(row)]
    }
    set {
      assert(Int(row) < count)
      unsafe start[Int(row)] = newValue
    }
  }
}

/// What an index knows of a row: the tree of an anchor, or how large a plain row's region is.
///
/// The region of a row is what a query on it visits: its causes and, behind those that are plain,
/// theirs, up to and with the nearest anchors.
struct RowState {
  /// The state of a row that the index has not seen.
  static let unknown: UInt32 = .max
  private static let plainMark: UInt32 = 7 << 29

  let bits: UInt32

  @inline(__always)
  init(bits: UInt32) { self.bits = bits }

  @inline(__always)
  init(anchor tree: CellTree) { bits = tree.packed }

  /// A plain row with a bound of its region's size; at most 255.
  @inline(__always)
  init(plain bound: Int) { bits = Self.plainMark | UInt32(truncatingIfNeeded: bound) }

  @inline(__always)
  var isPlain: Bool { bits >= Self.plainMark }

  @inline(__always)
  var bound: Int { Int(bits & 0xff) }

  @inline(__always)
  var tree: CellTree { CellTree(packed: bits) }
}
