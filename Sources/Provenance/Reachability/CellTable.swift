/// Writes cells, each content once.
///
/// A cell is found again by its hash and then by its content: a hash alone has given wrong
/// ancestors in practice.
@safe
struct CellTable: ~Copyable {
  /// As many as ids of 29 bits reach; a fixed table of them, so that readers stay good.
  private static let segmentLimit = 1 << (29 - Int(CellSegment.shift))
  /// Past this no further row may be added: what one row adds fits into what is left.
  static let byteLimit = segmentLimit / 64 * 63 * CellSegment.unitCount * CellSegment.unitBytes

  private(set) var segments: [CellSegment]
  private(set) var unitCount: Int
  private(set) var cellCount = 0
  private let bases: UnsafeMutablePointer<UnsafeMutableRawPointer>
  /// Id in the low half, upper half of the hash above; zero is free.
  private var slots: UnsafeMutablePointer<UInt64>
  private var slotMask: Int
  /// Which bits of a hash count; tests make it weak.
  private let hashMask: UInt64

  init(hashMask: UInt64) { self.init(segments: [], unitCount: 0, hashMask: hashMask) }

  /// Goes on from a store's cells, which stay as they are; O(cells).
  init(extending store: CellStore, hashMask: UInt64) {
    var segments = store.segments
    let used = store.unitCount & (CellSegment.unitCount - 1)
    if used != 0, let last = segments.popLast() {
      segments.append(CellSegment(copying: last, units: used))
    }
    self.init(segments: segments, unitCount: store.unitCount, hashMask: hashMask)
  }

  private init(segments: [CellSegment], unitCount: Int, hashMask: UInt64) {
    self.hashMask = hashMask
    self.segments = segments
    self.unitCount = unitCount
    unsafe bases = .allocate(capacity: Self.segmentLimit)
    slotMask = (1 << 12) - 1
    unsafe slots = .allocate(capacity: slotMask + 1)
    unsafe slots.initialize(repeating: 0, count: slotMask + 1)
    for (index, segment) in segments.enumerated() {
      unsafe (bases + index).initialize(to: segment.start)
    }
    if unitCount == 0 { addSegment() } else { recount() }
  }

  deinit {
    unsafe bases.deallocate()
    unsafe slots.deallocate()
  }

  @inline(__always)
  var reader: CellReader { unsafe CellReader(bases: bases) }

  /// What the cells take, the table that finds them not counted.
  var byteCount: Int { unitCount * CellSegment.unitBytes }

  func makeStore() -> CellStore { CellStore(segments: segments, unitCount: unitCount) }

  /// The id of a cell with this content.
  ///
  /// - Parameters:
  ///   - cell: The cell's units; what the last does not use is zero.
  ///   - units: How many there are.
  /// - Returns: The id of the one cell that has this content.
  mutating func intern(_ cell: UnsafePointer<UInt64>, _ units: Int) -> UInt32 {
    let hash = unsafe hash(cell, units)
    var slot = Int(truncatingIfNeeded: hash) & slotMask
    while true {
      let entry = unsafe slots[slot]
      if entry == 0 { break }
      if entry &>> 32 == hash &>> 32 {
        let id = UInt32(truncatingIfNeeded: entry)
        if unsafe cellsEqual(reader.address(id), cell, units) { return id }
      }
      slot = (slot &+ 1) & slotMask
    }
    return unsafe append(cell, units, hash, slot)
  }

  @inline(never)
  private mutating func append(
    _ cell: UnsafePointer<UInt64>, _ units: Int, _ hash: UInt64, _ free: Int
  ) -> UInt32 {
    if unitCount & (CellSegment.unitCount - 1) + units > CellSegment.unitCount {
      fillSegment()
    }
    if unitCount == segments.count << Int(CellSegment.shift) { addSegment() }
    let id = UInt32(unitCount)
    unitCount += units
    cellCount += 1
    unsafe reader.address(id).copyMemory(from: cell, byteCount: units * 8)
    unsafe slots[free] = (hash & ~0xffff_ffff) | UInt64(id)
    if cellCount * 8 > slotMask * 5 { grow() }
    return id
  }

  /// Fills the rest of a segment with empty cells of one unit, so that segments can be read in order.
  private mutating func fillSegment() {
    while unitCount & (CellSegment.unitCount - 1) != 0 {
      unsafe reader.address(UInt32(unitCount)).storeBytes(of: 0, as: UInt64.self)
      unitCount += 1
    }
  }

  private mutating func addSegment() {
    let segment = CellSegment()
    unsafe (bases + segments.count).initialize(to: segment.start)
    segments.append(segment)
    if unitCount == 0 {
      // Ids 0 and 1 stand for sets without a cell.
      unsafe segment.start.storeBytes(of: 0, as: UInt64.self)
      unsafe segment.start.storeBytes(of: 0, toByteOffset: 8, as: UInt64.self)
      unitCount = 2
    }
  }

  private mutating func grow() {
    unsafe slots.deallocate()
    slotMask = slotMask * 2 + 1
    unsafe slots = .allocate(capacity: slotMask + 1)
    unsafe slots.initialize(repeating: 0, count: slotMask + 1)
    placeAll()
  }

  /// Counts the cells there are and makes the table fit.
  private mutating func recount() {
    var id = 2
    while id < unitCount {
      let header = unsafe reader.header(UInt32(id))
      if header.bits != 0 { cellCount += 1 }
      id += header.unitCount
    }
    unsafe slots.deallocate()
    while cellCount * 8 > slotMask * 5 { slotMask = slotMask * 2 + 1 }
    unsafe slots = .allocate(capacity: slotMask + 1)
    unsafe slots.initialize(repeating: 0, count: slotMask + 1)
    placeAll()
  }

  private mutating func placeAll() {
    var id = 2
    while id < unitCount {
      let header = unsafe reader.header(UInt32(id))
      let units = header.unitCount
      if header.bits != 0 {
        let cell = unsafe UnsafePointer(
          reader.address(UInt32(id)).assumingMemoryBound(to: UInt64.self))
        let hash = unsafe hash(cell, units)
        var slot = Int(truncatingIfNeeded: hash) & slotMask
        while unsafe slots[slot] != 0 { slot = (slot &+ 1) & slotMask }
        unsafe slots[slot] = (hash & ~0xffff_ffff) | UInt64(id)
      }
      id += units
    }
  }

  @inline(__always)
  private func hash(_ cell: UnsafePointer<UInt64>, _ units: Int) -> UInt64 {
    var state: UInt64 = 0x9e37_79b9_7f4a_7c15 &+ UInt64(units)
    for index in 0..<units {
      let product = unsafe (cell[index] ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(
        by: state ^ 0xe703_7ed1_a0b4_28db)
      state = (product.high ^ product.low) &+ 0xc2b2_ae3d_27d4_eb4f
    }
    return (state ^ state &>> 32) & hashMask
  }
}

/// Whether a stored cell has this content; the header is compared first, and says the length.
@inline(__always)
func cellsEqual(
  _ stored: UnsafeRawPointer, _ cell: UnsafePointer<UInt64>, _ units: Int
) -> Bool {
  if unsafe stored.load(as: UInt64.self) != cell[0] { return false }
  for index in 1..<max(units, 1) {
    if unsafe stored.load(fromByteOffset: index &* 8, as: UInt64.self) != cell[index] {
      return false
    }
  }
  return true
}
