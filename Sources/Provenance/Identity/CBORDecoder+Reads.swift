extension CBORDecoder {
  /// One item, or the head of a container.
  enum Token {
    case unsigned(UInt64), negative(UInt64), bytes([UInt8]), text(String), link([UInt8])
    case array(Int), map(Int), bool(Bool), null, double(Double)
  }

  /// The type of the next item, which stays unread.
  ///
  /// - Throws: `truncated` at the end; `unsupported`, `malformed` or `notCanonical` where the first
  ///   byte alone shows that no canonical item starts here.
  package func peek() throws(CBORError) -> CBORKind {
    guard !isAtEnd else { throw error(.truncated, "an item is missing") }
    let first = input[position]
    let information = first & 0x1f
    switch information {
    case 28...30: throw error(.malformed, "reserved head")
    case 31: throw error(.notCanonical, "indefinite length or break")
    default: break
    }
    switch first >> 5 {
    case 0: return .unsigned
    case 1: return .negative
    case 2: return .bytes
    case 3: return .text
    case 4: return .array
    case 5: return .map
    case 6: return .link
    default: break
    }
    switch information {
    case 20, 21: return .bool
    case 22: return .null
    case 25, 26: throw error(.notCanonical, "a float of fewer than 64 bits")
    case 27: return .double
    default: throw error(.unsupported, "simple value")
    }
  }

  /// Reads the next item, or enters the next container.
  mutating func next() throws(CBORError) -> Token {
    let head = try head()
    switch head.kind {
    case .array: return .array(try open(head))
    case .map: return .map(try open(head))
    default: break
    }
    let token = try scalar(head)
    countItem()
    closeCompleted()
    return token
  }

  private mutating func scalar(_ head: Head) throws(CBORError) -> Token {
    switch head.kind {
    case .unsigned: return .unsigned(head.argument)
    case .negative: return .negative(head.argument)
    case .bytes: return .bytes(Array(input[try content(head)]))
    case .text: return .text(try text(head))
    case .bool: return .bool(head.argument == 21)
    case .double: return .double(try double(head))
    case .link: return .link(try linkContent(head))
    default: return .null
    }
  }

  private mutating func linkContent(_ head: Head) throws(CBORError) -> [UInt8] {
    guard !isAtEnd, input[position] >> 5 == 2, input[position] & 0x1f <= 27 else {
      throw error(isAtEnd ? .truncated : .unsupported, "tag 42 holds a byte string")
    }
    let start = position
    let information = input[position] & 0x1f
    position += 1
    let length = try argument(information, isDouble: false, from: start)
    let range = try content(Head(kind: .bytes, argument: length, start: start))
    guard input[range].first == 0 else {
      throw error(.unsupported, "the bytes of tag 42 start with zero", at: start)
    }
    return Array(input[range].dropFirst())
  }

  private func double(_ head: Head) throws(CBORError) -> Double {
    let value = Double(bitPattern: head.argument)
    guard value.canonicalBitPattern == head.argument else {
      throw error(.notCanonical, "a NaN other than 0x7ff8000000000000", at: head.start)
    }
    return value
  }

  /// Takes the content of a text and checks that it is UTF-8, and in its place as a map key.
  ///
  /// Decoding repairs bad bytes, and a repaired text differs from its input; comparing the two is
  /// several times faster than `String(validating:as:)`.
  private mutating func text(_ head: Head) throws(CBORError) -> String {
    let range = try content(head)
    try checkKey(range, at: head.start)
    let text = unsafe input.withUnsafeBufferPointer { all -> String? in
      let offset = range.lowerBound - input.startIndex
      let bytes = unsafe UnsafeBufferPointer(rebasing: all[offset..<offset + range.count])
      let text = unsafe String(decoding: bytes, as: UTF8.self)
      let isUnchanged = unsafe text.withUTF8Bytes { unsafe CBORKeyOrder.areEqual($0, bytes) }
      return isUnchanged ? text : nil
    }
    guard let text else {
      throw error(.invalidUTF8, "text of \(range.count) bytes", at: head.start)
    }
    return text
  }

  /// Reads one item of any type, with everything inside it, and drops it.
  ///
  /// - Throws: Whatever makes the item not canonical.
  package mutating func skip() throws(CBORError) {
    let before = owed
    let isNested = current != nil
    repeat { _ = try next() } while owed > (isNested ? before - 1 : 0)
  }
}

extension CBORDecoder {
  private func mismatch(_ expected: String, _ head: Head) -> CBORError {
    error(.wrongType, "expected \(expected), found \(head.kind)", at: head.start)
  }

  /// Reads a head of one type, refusing every other before its content is touched.
  private mutating func head(_ kind: CBORKind) throws(CBORError) -> Head {
    let head = try head()
    guard head.kind == kind else { throw mismatch("\(kind)", head) }
    return head
  }

  private mutating func finishItem() {
    countItem()
    closeCompleted()
  }

  /// Reads a whole number that is not negative.
  package mutating func unsigned() throws(CBORError) -> UInt64 {
    let head = try head(.unsigned)
    finishItem()
    return head.argument
  }

  /// Reads a whole number in the range of `Int64`.
  package mutating func int() throws(CBORError) -> Int64 {
    let head = try head()
    guard head.kind == .unsigned || head.kind == .negative else { throw mismatch("int", head) }
    guard let magnitude = Int64(exactly: head.argument) else {
      throw error(.wrongType, "the number is outside Int64", at: head.start)
    }
    finishItem()
    return head.kind == .unsigned ? magnitude : ~magnitude
  }

  /// Reads a byte string.
  package mutating func bytes() throws(CBORError) -> [UInt8] {
    let range = try content(head(.bytes))
    finishItem()
    return Array(input[range])
  }

  /// Reads a byte string of exactly 32 bytes.
  package mutating func digest() throws(CBORError) -> SHA256Digest {
    let head = try head(.bytes)
    let range = try content(head)
    guard let digest = SHA256Digest(bytes: input[range]) else {
      throw error(.wrongType, "a digest has 32 bytes, not \(range.count)", at: head.start)
    }
    finishItem()
    return digest
  }

  /// Reads a string.
  package mutating func text() throws(CBORError) -> String {
    let head = try head(.text)
    let text = try text(head)
    finishItem()
    return text
  }

  /// Reads a string or null.
  package mutating func optionalText() throws(CBORError) -> String? {
    try null() ? nil : text()
  }

  /// Enters an array.
  ///
  /// - Returns: The number of items; at most the number of bytes that remain.
  package mutating func array() throws(CBORError) -> Int { try open(head(.array)) }

  /// Enters an array that must have a certain number of items.
  package mutating func array(count: Int) throws(CBORError) {
    let start = position
    let found = try array()
    guard found == count else {
      throw error(.wrongType, "expected an array of \(count), found \(found)", at: start)
    }
  }

  /// Enters a map.
  ///
  /// - Returns: The number of entries; at most half the number of bytes that remain.
  package mutating func map() throws(CBORError) -> Int { try open(head(.map)) }

  /// Reads a truth value.
  package mutating func bool() throws(CBORError) -> Bool {
    let head = try head(.bool)
    finishItem()
    return head.argument == 21
  }

  /// Reads null if it is next; leaves anything else unread.
  ///
  /// - Returns: Whether there was a null.
  package mutating func null() throws(CBORError) -> Bool {
    guard try peek() == .null else { return false }
    _ = try head(.null)
    finishItem()
    return true
  }

  /// Reads a float.
  package mutating func double() throws(CBORError) -> Double {
    let head = try head(.double)
    let value = try double(head)
    finishItem()
    return value
  }

  /// Reads a content identifier (tag 42), without its leading zero byte.
  ///
  /// The identifier itself is not checked.
  package mutating func link() throws(CBORError) -> [UInt8] {
    let cid = try linkContent(head(.link))
    finishItem()
    return cid
  }
}
