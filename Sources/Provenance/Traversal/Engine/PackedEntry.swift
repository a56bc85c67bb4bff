/// How one neighbour is packed into 32 bits: the other row below, the code of the edge above.
///
///     31       28 27                                   0
///     ┌──────────┬──────────────────────────────────────┐
///     │   code   │                 row                  │
///     └──────────┴──────────────────────────────────────┘
enum PackedEntry {
  /// The bits that hold the row.
  static let rowMask: UInt32 = 0x0FFF_FFFF
  /// How far the code is shifted.
  static let codeShift: UInt32 = 28

  @inline(__always)
  static func row(_ entry: UInt32) -> UInt32 { entry & rowMask }

  @inline(__always)
  static func code(_ entry: UInt32) -> UInt32 { entry &>> codeShift }

  @inline(__always)
  static func pack(row: UInt32, code: UInt32) -> UInt32 { row | code &<< codeShift }
}

/// Which codes a walk follows.
struct EntryFilter: Sendable, Hashable {
  /// Bit `code` for a code that passes; ``SealedLists/stepCode`` never does.
  let mask: UInt32

  init(codes: UInt16) { mask = UInt32(codes & 0x7FFF) }

  init(_ kinds: EdgeKindSet) { self.init(codes: kinds.rawValue) }

  @inline(__always)
  func passes(_ entry: UInt32) -> Bool { mask &>> PackedEntry.code(entry) & 1 != 0 }
}
