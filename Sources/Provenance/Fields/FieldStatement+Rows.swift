extension FieldStatement {
  /// What is wrong with rows.
  struct RowFault: Error {
    var reason: String
  }

  /// Reads the rows; every number must be in range, every order kept and everything listed used.
  mutating func readRows(_ bytes: [UInt8], _ isNodeImplied: Bool) throws(RowFault) {
    var reader = Reader(bytes)
    var isNodeUsed = [Bool](repeating: isNodeImplied, count: nodes.count)
    var isPathUsed = [Bool](repeating: false, count: paths.count + 1)
    isPathUsed[0] = true
    var lists: UInt32 = 0
    rows.reserveCapacity(bytes.count)
    var lastOutput: Int64 = -1
    while !reader.isAtEnd {
      let output = try reader.next(below: paths.count + 1, "output")
      guard Int64(output) > lastOutput else { throw RowFault(reason: "outputs out of order") }
      lastOutput = Int64(output)
      isPathUsed[Int(output)] = true
      // Each input takes a byte at the least.
      let count = try reader.next(below: reader.remaining + 1, "number of inputs")
      rows.append(output)
      rows.append(count)
      var last: Int64 = -1
      for _ in 0..<count {
        let node = isNodeImplied ? 0 : try reader.next(below: nodes.count, "node")
        let path = try reader.next(below: paths.count + 1, "path")
        let place = Int64(node) << 32 | Int64(path)
        guard place > last else { throw RowFault(reason: "inputs out of order") }
        last = place
        let list = try reader.next(below: transformations.count + 1, "transformations")
        guard list <= lists + 1 else {
          throw RowFault(reason: "transformations out of order")
        }
        lists = max(lists, list)
        isNodeUsed[Int(node)] = true
        isPathUsed[Int(path)] = true
        rows.append(node)
        rows.append(path)
        rows.append(list)
      }
    }
    guard Int(lists) == transformations.count, isPathUsed.allSatisfy({ $0 }),
      isNodeUsed.allSatisfy({ $0 })
    else { throw RowFault(reason: "rows do not name all that is listed") }
  }

  /// Numbers out of a CBOR sequence.
  private struct Reader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }
    var remaining: Int { bytes.count - position }

    mutating func next(below bound: Int, _ what: String) throws(RowFault) -> UInt32 {
      guard position < bytes.count else { throw RowFault(reason: "the end instead of \(what)") }
      let start = position
      let first = bytes[position]
      position += 1
      var value = UInt64(first)
      if first >= 24 {
        guard first <= 26 else { throw RowFault(reason: "no number of 32 bits at byte \(start)") }
        let width = 1 << Int(first - 24)
        guard remaining >= width else { throw RowFault(reason: "a number cut off") }
        value = 0
        for index in position..<position + width { value = value << 8 | UInt64(bytes[index]) }
        position += width
        let least: UInt64 = width == 1 ? 24 : width == 2 ? 1 << 8 : 1 << 16
        guard value >= least else {
          throw RowFault(reason: "a number not in its shortest form at byte \(start)")
        }
      }
      guard value < UInt64(bound) else {
        throw RowFault(reason: "\(what) \(value) out of range at byte \(start)")
      }
      return UInt32(value)
    }
  }
}
