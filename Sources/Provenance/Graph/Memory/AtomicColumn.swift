import Synchronization

/// An array of numbers whose elements may change while copies are read on other threads.
///
/// A reader must be able to tell a number that was written after its copy was made from one that it
/// may use: by its size, since such numbers name rows that the copy does not have yet.
@safe
struct AtomicColumn: Sendable {
  private var buffer: AtomicBuffer
  private(set) var count = 0

  init(capacity: Int = 0) { buffer = AtomicBuffer(capacity: capacity) }

  /// The bytes that the elements take.
  var byteCount: Int { count * 4 }

  @inline(__always)
  subscript(index: UInt32) -> UInt32 {
    get {
      precondition(index < count, "a column's index is out of range")
      return buffer.load(Int(index))
    }
    nonmutating set {
      precondition(index < count, "a column's index is out of range")
      buffer.store(newValue, Int(index))
    }
  }

  mutating func append(_ value: UInt32) {
    if count == buffer.capacity { grow(to: max(8, count * 2)) }
    buffer.store(value, count)
    count += 1
  }

  /// The elements of a part of a stored graph.
  init(_ part: ImagePart) {
    buffer = AtomicBuffer(part)
    count = buffer.capacity
  }

  /// The elements, for as long as this column or a copy is there and does not grow.
  var pointer: UnsafePointer<Atomic<UInt32>> { unsafe buffer.pointer }

  /// Who must be asked before ``pointer`` is read.
  var image: ImageGuard { buffer.image }

  /// A copy of the first elements with a buffer of its own.
  func fork(count: Int) -> AtomicColumn {
    var copy = AtomicColumn(capacity: count)
    for index in 0..<count { copy.append(self[UInt32(index)]) }
    return copy
  }

  private mutating func grow(to capacity: Int) {
    let larger = AtomicBuffer(capacity: capacity)
    for index in 0..<count { larger.store(buffer.load(index), index) }
    buffer = larger
  }
}

/// Numbers that are read and written one by one by several threads.
///
/// What a thread wrote before it stored a number is seen by those that load that number.
@safe
final class AtomicBuffer: @unchecked Sendable {
  private let base: UnsafeMutablePointer<Atomic<UInt32>>
  let capacity: Int
  /// What holds the numbers, where this does not.
  private let memory: ImageMemory?

  /// Makes room; every number is to be stored before it is loaded.
  init(capacity: Int) {
    unsafe base = UnsafeMutablePointer.allocate(capacity: max(capacity, 1))
    self.capacity = capacity
    memory = nil
  }

  init(repeating value: UInt32, count: Int) {
    unsafe base = UnsafeMutablePointer.allocate(capacity: max(count, 1))
    unsafe UnsafeMutableRawPointer(base).initializeMemory(
      as: UInt32.self, repeating: value, count: count)
    capacity = count
    memory = nil
  }

  /// The numbers of a part of a stored graph: in place, or copied where they are few.
  init(_ part: ImagePart) {
    capacity = part.byteCount / 4
    if part.isLarge {
      unsafe base = part.base.assumingMemoryBound(to: Atomic<UInt32>.self)
      memory = part.memory
    } else {
      part.touch()
      unsafe base = UnsafeMutablePointer.allocate(capacity: max(capacity, 1))
      unsafe UnsafeMutableRawPointer(base).copyMemory(
        from: part.base, byteCount: capacity * 4)
      memory = nil
    }
  }

  @inline(__always)
  private func touch(_ index: Int) {
    if let memory { unsafe memory.touch(UnsafeRawPointer(base + index)) }
  }

  @inline(__always)
  func load(_ index: Int) -> UInt32 {
    touch(index)
    return unsafe base[index].load(ordering: .acquiring)
  }

  @inline(__always)
  func store(_ value: UInt32, _ index: Int) {
    touch(index)
    unsafe base[index].store(value, ordering: .releasing)
  }

  /// The numbers, for as long as this object lives.
  ///
  /// Those of a stored graph are to be touched first (``image``).
  var pointer: UnsafePointer<Atomic<UInt32>> { unsafe UnsafePointer(base) }

  /// Who must be asked before ``pointer`` is read.
  var image: ImageGuard { ImageGuard(memory) }

  deinit { if memory == nil { unsafe base.deallocate() } }
}
