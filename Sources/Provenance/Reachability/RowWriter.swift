/// Writes positions as bits of rows.
@unsafe
struct RowWriter: CellVisitor {
  private let bits: UnsafeMutablePointer<UInt64>
  private let rows: UnsafePointer<UInt32>
  private let starts: UnsafePointer<UInt32>
  private let maskWords: UnsafePointer<UInt32>
  private let maskBits: UnsafePointer<UInt64>

  /// Borrows the words of a bitmap and an index's rows by position; all must outlive the writer.
  init(bits: UnsafeMutablePointer<UInt64>, rows: UnsafePointer<UInt32>, masks: RowMasks) {
    unsafe self.bits = bits
    unsafe self.rows = rows
    unsafe starts = UnsafePointer(masks.starts)
    unsafe maskWords = UnsafePointer(masks.words)
    unsafe maskBits = UnsafePointer(masks.bits)
  }

  mutating func visit(_ words: SIMD8<UInt64>, from position: UInt32) {
    for slot in 0..<8 {
      let word = words[slot]
      if word == 0 { continue }
      let first = position &+ UInt32(slot) &* 64
      unsafe write(UInt32(truncatingIfNeeded: word), at: first)
      unsafe write(UInt32(truncatingIfNeeded: word &>> 32), at: first &+ 32)
    }
  }

  mutating func visitFull(from position: UInt32, count: UInt32) {
    var next = position
    while next < position &+ count {
      unsafe write(.max, at: next)
      next &+= 32
    }
  }

  @inline(__always)
  private func write(_ half: UInt32, at position: UInt32) {
    if half == .max {
      var next = unsafe Int(starts[Int(position &>> 5)])
      let end = unsafe Int(starts[Int(position &>> 5) &+ 1])
      if next < end {
        repeat {
          unsafe bits[Int(maskWords[next])] |= maskBits[next]
          next &+= 1
        } while next < end
        return
      }
    }
    // By bytes and not by words: neighbours among positions are often neighbours as rows, and a
    // load of what was just stored is slow.
    let bytes = unsafe UnsafeMutableRawPointer(bits).assumingMemoryBound(to: UInt8.self)
    let block = unsafe rows + Int(position)
    var rest = half
    while rest != 0 {
      let row = unsafe block[rest.trailingZeroBitCount]
      rest &= rest &- 1
      unsafe bytes[Self.byte(row)] |= 1 &<< UInt8(truncatingIfNeeded: row & 7)
    }
  }

  /// Which byte of the bitmap has a row's bit.
  @inline(__always)
  private static func byte(_ row: UInt32) -> Int {
    #if _endian(little)
    Int(row &>> 3)
    #else
    Int(row &>> 3 ^ 7)
    #endif
  }
}
