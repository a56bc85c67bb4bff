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
  /// The code of an entry that only a side table explains.
  static let exceptional: UInt32 = 15
  /// The bit of a list's start that says that the row has neighbours in a side table too.
  static let flag: UInt32 = 0x8000_0000

  @inline(__always)
  static func row(_ entry: UInt32) -> UInt32 { entry & rowMask }

  @inline(__always)
  static func code(_ entry: UInt32) -> UInt32 { entry &>> codeShift }

  @inline(__always)
  static func pack(row: UInt32, code: UInt32) -> UInt32 { row | code &<< codeShift }
}

/// Which codes a walk follows.
struct EntryFilter: Sendable, Hashable {
  /// Bit `code` for a code that passes; bit 31 always, so that shifting by an entry's code leaves bit
  /// ``exceptionBit`` exactly for ``PackedEntry/exceptional``.
  let mask: UInt32

  static let exceptionBit: UInt32 = 1 << 16

  init(codes: UInt16) { mask = UInt32(codes & 0x7FFF) | 1 << 31 }

  init(_ kinds: EdgeKindSet) { self.init(codes: kinds.rawValue) }

  @inline(__always)
  func passes(_ entry: UInt32) -> Bool { mask &>> PackedEntry.code(entry) & 1 != 0 }
}
