/// An array that grows at its end and whose copies share one buffer.
///
/// A copy is O(1) and sees the elements that were there when it was made, for ever; the writer goes
/// on in the same buffer behind them, in place, while copies are read on other threads: no element
/// is written twice. That there is one writer is the owner's promise (``WriterClaim``).
@safe
struct Column<Element: Sendable>: Sendable {
  private var buffer: ColumnBuffer<Element>
  private(set) var count: Int

  init(capacity: Int = 0) {
    buffer = ColumnBuffer(capacity: capacity)
    count = 0
  }

  var isEmpty: Bool { count == 0 }
  var last: Element? { count == 0 ? nil : self[count - 1] }
  /// The bytes that the elements take, without what they point to.
  var byteCount: Int { count * MemoryLayout<Element>.stride }

  @inline(__always)
  subscript(index: Int) -> Element {
    precondition(index >= 0 && index < count, "a column's index is out of range")
    buffer.touch(index)
    return unsafe buffer.base[index]
  }

  @inline(__always)
  subscript(index: UInt32) -> Element { self[Int(index)] }

  /// Adds an element.
  ///
  /// Amortised O(1).
  @inline(__always)
  mutating func append(_ element: Element) {
    if count == buffer.capacity { grow(to: count + 1) }
    unsafe (buffer.base + count).initialize(to: element)
    count += 1
    buffer.initializedCount = count
  }

  /// Adds elements that are written by `body`, which must fill all of what it is given.
  mutating func append(count added: Int, _ body: (UnsafeMutablePointer<Element>) -> Void) {
    if count + added > buffer.capacity { grow(to: count + added) }
    unsafe body(buffer.base + count)
    count += added
    buffer.initializedCount = count
  }

  /// The number of elements at the front that satisfy a condition, which none behind them does.
  ///
  /// O(log n).
  func prefixCount(where holds: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Replaces an element, in a buffer of its own: other copies keep theirs.
  ///
  /// O(n).
  mutating func replace(_ index: UInt32, with element: Element) {
    var changed = Column(capacity: count)
    for position in 0..<count {
      changed.append(position == Int(index) ? element : self[position])
    }
    self = changed
  }

  /// A copy of the first elements with a buffer of its own.
  ///
  /// O(count).
  func fork(count: Int) -> Column {
    precondition(count <= self.count)
    buffer.touch(0..<count)
    var copy = Column(capacity: count)
    unsafe copy.append(count: count) { unsafe $0.initialize(from: buffer.base, count: count) }
    return copy
  }

  /// Calls `body` with the address of the first element; those in a range may be read, and stay alive as
  /// long as it runs.
  @inline(__always)
  func withPointer<Result>(
    to range: Range<Int>, _ body: (UnsafePointer<Element>) -> Result
  ) -> Result {
    buffer.touch(range)
    return withExtendedLifetime(buffer) { unsafe body(UnsafePointer(buffer.base)) }
  }

  /// The elements, for as long as this column or a copy is there and does not grow.
  ///
  /// Those of a stored graph are to be touched first (``image``).
  var pointer: UnsafePointer<Element> { unsafe UnsafePointer(buffer.base) }

  /// Who must be asked before ``pointer`` is read.
  var image: ImageGuard { ImageGuard(buffer.image) }

  private mutating func grow(to needed: Int) {
    buffer.touch(0..<count)
    let larger = ColumnBuffer<Element>(capacity: max(needed, count * 2, 8))
    unsafe larger.base.initialize(from: buffer.base, count: count)
    larger.initializedCount = count
    buffer = larger
  }
}

extension Column {
  /// The elements of a part of a stored graph: in place, or copied where they are few.
  init(_ part: ImagePart) {
    self.init(capacity: 0)
    if part.isLarge {
      buffer = ColumnBuffer(part)
      count = buffer.capacity
    } else {
      part.touch()
      let source = unsafe UnsafeRawPointer(part.base).assumingMemoryBound(to: Element.self)
      let added = part.byteCount / MemoryLayout<Element>.stride
      unsafe append(count: added) { unsafe $0.initialize(from: source, count: added) }
    }
  }

  /// Calls `body` with the bytes of the elements.
  func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
    unsafe withPointer(to: 0..<count) {
      unsafe body(UnsafeRawBufferPointer(start: $0, count: count * MemoryLayout<Element>.stride))
    }
  }
}

@safe
private final class ColumnBuffer<Element>: @unchecked Sendable {
  let base: UnsafeMutablePointer<Element>
  let capacity: Int
  /// How many are to be destroyed at the end; the writer's.
  var initializedCount = 0
  /// What holds the elements, where this does not.
  let image: ImageMemory?

  init(capacity: Int) {
    unsafe base = UnsafeMutablePointer.allocate(capacity: max(capacity, 1))
    self.capacity = capacity
    image = nil
  }

  init(_ part: ImagePart) {
    precondition(_isPOD(Element.self), "only plain numbers lie in stored memory")
    unsafe base = part.base.assumingMemoryBound(to: Element.self)
    capacity = part.byteCount / MemoryLayout<Element>.stride
    initializedCount = capacity
    image = part.memory
  }

  @inline(__always)
  func touch(_ index: Int) {
    if let image { unsafe image.touch(UnsafeRawPointer(base + index)) }
  }

  @inline(__always)
  func touch(_ range: Range<Int>) {
    guard let image else { return }
    unsafe image.touch(
      UnsafeRawPointer(base + range.lowerBound), range.count * MemoryLayout<Element>.stride)
  }

  deinit {
    guard image == nil else { return }
    unsafe base.deinitialize(count: initializedCount)
    unsafe base.deallocate()
  }
}
