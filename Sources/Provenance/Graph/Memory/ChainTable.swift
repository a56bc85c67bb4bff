import Synchronization

/// Lists that grow at the front, in the manner of ``Column``: a head a list, and from each link the
/// one before it in its list.
///
/// Links are numbered in order of arrival. A copy sees the links that were there when it was made:
/// newer ones in front of a list are passed over. 4 bytes a list and 4 bytes a link.
@safe
struct ChainTable: Sendable {
  static let none = UInt32.max

  private var buffer: ChainBuffer
  private(set) var headCount = 0
  private(set) var linkCount = 0

  /// Makes room, so that as many lists and links are added without moving.
  init(heads: Int = 0, links: Int = 0) { buffer = ChainBuffer(heads: heads, links: links) }

  /// The bytes that lists and links take.
  var byteCount: Int { 4 * (headCount + linkCount) }

  /// Adds an empty list.
  @inline(__always)
  mutating func addHead() {
    if headCount == buffer.headCapacity {
      move(heads: max(8, headCount * 2), links: buffer.linkCapacity)
    }
    buffer.heads.store(Self.none, headCount)
    headCount += 1
  }

  /// Adds empty lists until there are so many.
  mutating func addHeads(upTo count: Int) {
    if count > buffer.headCapacity {
      move(heads: max(count, headCount * 2), links: buffer.linkCapacity)
    }
    while headCount < count {
      buffer.heads.store(Self.none, headCount)
      headCount += 1
    }
  }

  /// Puts the next link in front of a list.
  ///
  /// - Returns: The link's number.
  @discardableResult
  @inline(__always)
  mutating func prepend(to head: UInt32) -> UInt32 {
    precondition(head < headCount, "no such list")
    if linkCount == buffer.linkCapacity {
      move(heads: buffer.headCapacity, links: max(8, linkCount * 2))
    }
    let link = UInt32(linkCount)
    unsafe buffer.older.base[linkCount] = buffer.heads.load(Int(head))
    // The link is whole before it can be met.
    buffer.heads.store(link, Int(head))
    linkCount += 1
    return link
  }

  /// The newest link of a list; ``none`` where it is empty.
  @inline(__always)
  func newest(of head: UInt32) -> UInt32 {
    guard head < headCount else { return Self.none }
    var link = buffer.heads.load(Int(head))
    while link != Self.none, link >= linkCount { link = buffer.older[Int(link)] }
    return link
  }

  /// The link before one in its list; ``none`` at the end.
  @inline(__always)
  func older(than link: UInt32) -> UInt32 {
    precondition(link < linkCount, "no such link")
    return buffer.older[Int(link)]
  }

  /// The links of a list in order of arrival.
  func links(of head: UInt32) -> [UInt32] {
    var found: [UInt32] = []
    var link = newest(of: head)
    while link != Self.none {
      found.append(link)
      link = older(than: link)
    }
    return found.reversed()
  }

  /// A copy of the first lists and links with a buffer of its own.
  func fork(heads: Int, links: Int) -> ChainTable {
    var view = self
    view.headCount = heads
    view.linkCount = links
    var copy = ChainTable(heads: heads, links: links)
    for head in 0..<UInt32(heads) {
      copy.addHead()
      copy.buffer.heads.store(view.newest(of: head), Int(head))
    }
    copy.buffer.older.copy(view.buffer.older, count: links)
    copy.linkCount = links
    return copy
  }

  private mutating func move(heads: Int, links: Int) {
    let larger = ChainBuffer(heads: heads, links: links)
    for head in 0..<headCount { larger.heads.store(buffer.heads.load(head), head) }
    larger.older.copy(buffer.older, count: linkCount)
    buffer = larger
  }

  /// The heads, for as long as this table or a copy is there and does not grow.
  var headBuffer: AtomicBuffer { buffer.heads }
  /// The links, for as long as this table or a copy is there and does not grow.
  var olderPointer: UnsafePointer<UInt32> { unsafe UnsafePointer(buffer.older.base) }
}

extension ChainTable {
  /// The lists in two parts of a stored graph.
  init(heads: ImagePart, older: ImagePart) {
    buffer = ChainBuffer(heads: AtomicBuffer(heads), older: LinkBuffer(older))
    headCount = buffer.headCapacity
    linkCount = buffer.linkCapacity
  }

  /// Calls two closures with the bytes of the heads and of the links.
  func withBytes(
    heads: (UnsafeRawBufferPointer) -> Void, older: (UnsafeRawBufferPointer) -> Void
  ) {
    let copy = fork(heads: headCount, links: linkCount)
    unsafe heads(
      UnsafeRawBufferPointer(start: copy.buffer.heads.pointer, count: 4 * headCount))
    unsafe older(UnsafeRawBufferPointer(start: copy.buffer.older.base, count: 4 * linkCount))
    withExtendedLifetime(copy) {}
  }
}

private final class ChainBuffer: Sendable {
  let heads: AtomicBuffer
  let older: LinkBuffer
  var headCapacity: Int { heads.capacity }
  var linkCapacity: Int { older.capacity }

  init(heads: AtomicBuffer, older: LinkBuffer) {
    self.heads = heads
    self.older = older
  }

  convenience init(heads: Int, links: Int) {
    self.init(heads: AtomicBuffer(capacity: heads), older: LinkBuffer(capacity: links))
  }
}

/// From each link the one before it in its list.
@safe
private final class LinkBuffer: @unchecked Sendable {
  let base: UnsafeMutablePointer<UInt32>
  let capacity: Int
  /// What holds the links, where this does not.
  private let memory: ImageMemory?

  init(capacity: Int) {
    unsafe base = UnsafeMutablePointer.allocate(capacity: max(capacity, 1))
    self.capacity = capacity
    memory = nil
  }

  init(_ part: ImagePart) {
    capacity = part.byteCount / 4
    if part.isLarge {
      unsafe base = part.base.assumingMemoryBound(to: UInt32.self)
      memory = part.memory
    } else {
      part.touch()
      unsafe base = UnsafeMutablePointer.allocate(capacity: max(capacity, 1))
      unsafe UnsafeMutableRawPointer(base).copyMemory(from: part.base, byteCount: capacity * 4)
      memory = nil
    }
  }

  @inline(__always)
  subscript(link: Int) -> UInt32 {
    if let memory { unsafe memory.touch(UnsafeRawPointer(base + link)) }
    return unsafe base[link]
  }

  func copy(_ other: LinkBuffer, count: Int) {
    if let memory = other.memory { unsafe memory.touch(UnsafeRawPointer(other.base), count * 4) }
    unsafe base.update(from: other.base, count: count)
  }

  deinit { if memory == nil { unsafe base.deallocate() } }
}
