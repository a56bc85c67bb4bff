/// Reads canonical CBOR, item by item, and refuses every other form.
///
/// Whatever it accepts encodes to exactly the bytes that were read. The cursor itself checks what
/// spans several items: the order of map keys, the depth, and that all items which the open
/// containers still owe could fit into the bytes that remain. So a count that it returns can be
/// reserved without a further check. After an error the cursor is not usable.
package struct CBORDecoder: Sendable {
  /// A container that is not complete.
  struct Container {
    /// Items to come; a map owes a key and a value for each entry.
    var remaining: Int
    var isMap: Bool
    var lastKey: Range<Int>?
  }

  let input: ArraySlice<UInt8>
  /// The index of the next byte.
  var position: Int
  /// The innermost open container.
  var current: Container?
  /// The containers around it.
  var parents: [Container] = []
  /// Items to come in all open containers together.
  var owed = 0

  /// Starts at the first of some bytes.
  ///
  /// - Throws: `tooLarge` for more than ``CBORLimit/byteCount`` bytes.
  package init(_ input: ArraySlice<UInt8>) throws(CBORError) {
    guard input.count <= CBORLimit.byteCount else {
      throw CBORError(.tooLarge, offset: 0, detail: "\(input.count) bytes; the limit is 16 MiB")
    }
    self.input = input
    position = input.startIndex
  }

  /// Starts at the first of some bytes.
  ///
  /// - Throws: `tooLarge` for more than ``CBORLimit/byteCount`` bytes.
  package init(_ input: [UInt8]) throws(CBORError) { try self.init(input[...]) }

  /// Where the next item starts, in bytes from the start of the input.
  package var offset: Int { position - input.startIndex }

  /// The number of bytes that were not read.
  package var remainingCount: Int { input.endIndex - position }

  /// Whether all bytes were read.
  package var isAtEnd: Bool { position == input.endIndex }

  /// The containers that are open at this point.
  package var depth: Int { current == nil ? 0 : parents.count + 1 }

  /// Checks that every item and every byte was read.
  ///
  /// - Throws: `trailingBytes`, or `truncated` where a container is not complete.
  package func finish() throws(CBORError) {
    guard isAtEnd else { throw error(.trailingBytes, "\(remainingCount) bytes after the end") }
    guard current == nil else { throw error(.truncated, "\(owed) items are missing") }
  }

  func error(_ kind: CBORError.Kind, _ detail: String, at index: Int? = nil) -> CBORError {
    CBORError(kind, offset: (index ?? position) - input.startIndex, detail: detail)
  }
}

extension CBORDecoder {
  /// An item's first bytes: its type and the number that comes with it.
  struct Head {
    var kind: CBORKind
    var argument: UInt64
    var start: Int
  }

  /// Reads the head of the next item and counts it; content and nested items follow.
  mutating func head() throws(CBORError) -> Head {
    let start = position
    let kind = try peek()
    let first = input[position]
    if let current, current.isMap, current.remaining.isMultiple(of: 2), kind != .text {
      throw error(.unsupported, "a map key must be text, not \(kind)")
    }
    position += 1
    let argument = try argument(first & 0x1f, isDouble: kind == .double, from: start)
    if kind == .link, argument != 42 { throw error(.unsupported, "tag \(argument)", at: start) }
    return Head(kind: kind, argument: argument, start: start)
  }

  mutating func argument(
    _ information: UInt8, isDouble: Bool, from start: Int
  ) throws(CBORError) -> UInt64 {
    guard information >= 24 else { return UInt64(information) }
    let width = 1 << Int(information - 24)
    guard remainingCount >= width else { throw error(.truncated, "inside a head", at: start) }
    var value: UInt64 = 0
    for index in position..<position + width { value = value << 8 | UInt64(input[index]) }
    position += width
    let leastOfWidth: UInt64 =
      switch width {
      case 1: 24
      case 2: 1 << 8
      case 4: 1 << 16
      default: 1 << 32
      }
    guard isDouble || value >= leastOfWidth else {
      throw error(.notCanonical, "\(value) in \(width) bytes is not the shortest form", at: start)
    }
    return value
  }

  /// Closes the containers whose last item was just read or opened.
  mutating func countItem() {
    guard current != nil else { return }
    owed -= 1
    current?.remaining -= 1
  }

  /// Leaves every container that is complete.
  mutating func closeCompleted() {
    while current?.remaining == 0 { current = parents.popLast() }
  }

  /// Enters a container after its head.
  mutating func open(_ head: Head) throws(CBORError) -> Int {
    let isMap = head.kind == .map
    countItem()
    let perEntry = isMap ? 2 : 1
    let room = (remainingCount - owed) / perEntry
    guard room >= 0, head.argument <= UInt64(room) else {
      throw error(.truncated, "\(head.argument) items do not fit into what remains", at: head.start)
    }
    // An empty container is a level too, although it is never open.
    guard depth < CBORLimit.depth else {
      throw error(.tooDeep, "more than \(CBORLimit.depth) levels", at: head.start)
    }
    let count = Int(head.argument)
    if count > 0 {
      if let current { parents.append(current) }
      current = Container(remaining: count * perEntry, isMap: isMap, lastKey: nil)
      owed += count * perEntry
    } else {
      closeCompleted()
    }
    return count
  }

  /// Takes the content of a byte or text string.
  mutating func content(_ head: Head) throws(CBORError) -> Range<Int> {
    guard head.argument <= UInt64(remainingCount) else {
      throw error(.truncated, "\(head.argument) bytes of \(head.kind)", at: head.start)
    }
    let range = position..<position + Int(head.argument)
    position = range.upperBound
    return range
  }

  /// Checks a map key against the one before.
  mutating func checkKey(_ key: Range<Int>, at start: Int) throws(CBORError) {
    guard let container = current, container.isMap, container.remaining.isMultiple(of: 2) else {
      return
    }
    if let last = container.lastKey {
      let order = compare(last, key)
      if order == 0 { throw error(.duplicateKey, "the key was there before", at: start) }
      if order > 0 { throw error(.unsortedKeys, "the key belongs before the last", at: start) }
    }
    current?.lastKey = key
  }

  private func compare(_ lhs: Range<Int>, _ rhs: Range<Int>) -> Int {
    if lhs.count != rhs.count { return lhs.count - rhs.count }
    for (left, right) in zip(lhs, rhs) where input[left] != input[right] {
      return Int(input[left]) - Int(input[right])
    }
    return 0
  }
}
