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

  /// The elements, for as long as this column or a copy is there and does not grow.
  var pointer: UnsafePointer<Atomic<UInt32>> { unsafe buffer.pointer }

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

  /// Makes room; every number is to be stored before it is loaded.
  init(capacity: Int) {
    unsafe base = UnsafeMutablePointer.allocate(capacity: max(capacity, 1))
    self.capacity = capacity
  }

  init(repeating value: UInt32, count: Int) {
    unsafe base = UnsafeMutablePointer.allocate(capacity: max(count, 1))
    unsafe UnsafeMutableRawPointer(base).initializeMemory(
      as: UInt32.self, repeating: value, count: count)
    capacity = count
  }

  @inline(__always)
  func load(_ index: Int) -> UInt32 { unsafe base[index].load(ordering: .acquiring) }

  @inline(__always)
  func store(_ value: UInt32, _ index: Int) {
    unsafe base[index].store(value, ordering: .releasing)
  }

  /// The numbers, for as long as this object lives.
  var pointer: UnsafePointer<Atomic<UInt32>> { unsafe UnsafePointer(base) }

  deinit { unsafe base.deallocate() }
}
