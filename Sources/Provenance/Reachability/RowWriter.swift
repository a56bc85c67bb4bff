/// Writes positions as bits of rows, and counts them.
@safe
struct RowWriter: CellVisitor {
  /// By bytes and not by words: neighbours among positions are often neighbours as rows, and a load of
  /// what was just stored is slow.
  private let bytes: UnsafeMutablePointer<UInt8>
  private let rows: UnsafePointer<UInt32>
  private let bases: UnsafePointer<UInt32>
  private let offsets: UnsafePointer<UInt16>
  private(set) var count = 0
  /// Takes what was loaded only to have it in the cache.
  private var touched: UInt32 = 0

  /// Borrows the words of a bitmap and an index's rows by position; all must outlive the writer.
  init(bits: UnsafeMutablePointer<UInt64>, rows: UnsafePointer<UInt32>, near: NearRows) {
    unsafe bytes = UnsafeMutableRawPointer(bits).assumingMemoryBound(to: UInt8.self)
    unsafe self.rows = rows
    unsafe bases = UnsafePointer(near.bases)
    unsafe offsets = UnsafePointer(near.offsets)
  }

  var isDone: Bool { false }

  mutating func visit(_ batch: CellBatch) {
    unsafe touch(batch)
    for index in unsafe 0..<batch.count {
      unsafe write(batch.words[index], at: batch.positions[index])
    }
  }

  mutating func visitFull(from position: UInt32, count: UInt32) {
    var next = position
    while next < position &+ count {
      write(.max, at: next)
      next &+= 64
    }
  }

  /// Loads a number of each line that will be read, so that they are waited for together.
  @inline(__always)
  private mutating func touch(_ batch: CellBatch) {
    var sum: UInt32 = 0
    for index in unsafe 0..<batch.count {
      let (word, position) = unsafe (batch.words[index], Int(batch.positions[index]))
      sum &+= unsafe bases[position &>> 6]
      if word &<< 32 != 0 { sum &+= unsafe UInt32(offsets[position]) }
      if word &>> 32 != 0 { sum &+= unsafe UInt32(offsets[position &+ 32]) }
    }
    touched = sum
  }

  @inline(__always)
  private mutating func write(_ word: UInt64, at position: UInt32) {
    let base = unsafe bases[Int(position &>> 6)]
    if base == NearRows.far {
      writeFar(word, at: position)
      return
    }
    let target = unsafe bytes + Int(base &>> 3)
    let block = unsafe offsets + Int(position)
    if word == .max {
      var index = 0
      while index < 64 {
        unsafe Self.insert(UInt32(block[index]), target)
        index &+= 1
      }
      count &+= 64
      return
    }
    var rest = word
    var written = 0
    while rest != 0 {
      unsafe Self.insert(UInt32(block[rest.trailingZeroBitCount]), target)
      rest &= rest &- 1
      written &+= 1
    }
    count &+= written
  }

  @inline(never)
  private mutating func writeFar(_ word: UInt64, at position: UInt32) {
    var rest = word
    while rest != 0 {
      unsafe Self.insert(rows[Int(position) &+ rest.trailingZeroBitCount], bytes)
      rest &= rest &- 1
      count &+= 1
    }
  }

  /// Sets the bit of a row in words that start at a multiple of 64.
  @inline(__always)
  private static func insert(_ row: UInt32, _ bytes: UnsafeMutablePointer<UInt8>) {
    #if _endian(little)
    let byte = Int(row &>> 3)
    #else
    let byte = Int(row &>> 3 ^ 7)
    #endif
    unsafe bytes[byte] |= 1 &<< UInt8(truncatingIfNeeded: row & 7)
  }
}

/// Lists the rows of positions while they are few.
@safe
struct RowCollector: CellVisitor {
  private let rows: UnsafePointer<UInt32>
  private let found: UnsafeMutablePointer<UInt32>
  private let limit: Int
  private(set) var count = 0
  private(set) var isDone = false

  /// Borrows an index's rows by position, and room for so many rows and 64 more.
  init(into found: UnsafeMutablePointer<UInt32>, limit: Int, rows: UnsafePointer<UInt32>) {
    unsafe self.found = found
    self.limit = limit
    unsafe self.rows = rows
  }

  mutating func visit(_ batch: CellBatch) {
    for index in unsafe 0..<batch.count {
      unsafe visit(batch.words[index], at: batch.positions[index])
    }
  }

  mutating func visitFull(from position: UInt32, count: UInt32) {
    var next = position
    while next < position &+ count, !isDone {
      visit(.max, at: next)
      next &+= 64
    }
  }

  private mutating func visit(_ word: UInt64, at position: UInt32) {
    if isDone { return }
    var rest = word
    while rest != 0 {
      unsafe found[count] = rows[Int(position) &+ rest.trailingZeroBitCount]
      rest &= rest &- 1
      count &+= 1
    }
    isDone = count > limit
  }
}
