import Synchronization

/// The memory of a stored graph: bytes that were mapped, each page of which is held against its checksum
/// before it is read for the first time.
///
/// A page that does not have its checksum is made anew by whoever knows how, and the reader goes on; where
/// nobody does, it reads as zeros, which is a graph that lacks something, and ``hasFailed`` says so.
///
/// The memory may be written to, and what is written stays private to the process.
@safe
package final class ImageMemory: @unchecked Sendable {
  /// The bytes that share a checksum; the last page may be shorter.
  package static var pageByteCount: Int { 1 << 16 }

  private let base: UnsafeMutableRawPointer
  /// How many bytes there are.
  package let byteCount: Int
  private let checksums: [UInt64]
  private let marks: AtomicBuffer
  private let unverified: Atomic<Int>
  private let failures = Atomic<Int>(0)
  private let repairs = Atomic<Int>(0)
  /// Held while a page is verified, so that nobody writes to it meanwhile: writers verify first.
  private let turn = Mutex(())
  private let repair: @Sendable (_ page: Int) -> [UInt8]?
  private let release: @Sendable () -> Void

  /// - Parameters:
  ///   - bytes: The bytes, at an address that is a multiple of 4096, followed by at least 32 readable ones.
  ///   - checksums: The ``XXHash64`` of each page.
  ///   - repair: Gives the right bytes of a page that is damaged, if it can. Called by one thread at a time.
  ///   - release: Called when nothing refers to the memory any more.
  package init(
    _ bytes: UnsafeMutableRawBufferPointer, checksums: [UInt64],
    repair: @escaping @Sendable (_ page: Int) -> [UInt8]?, release: @escaping @Sendable () -> Void
  ) {
    let pages = (bytes.count + Self.pageByteCount - 1) / Self.pageByteCount
    precondition(checksums.count == pages, "every page has a checksum")
    unsafe base = bytes.baseAddress ?? UnsafeMutableRawPointer(bitPattern: 4096).unsafelyUnwrapped
    byteCount = bytes.count
    self.checksums = checksums
    marks = AtomicBuffer(repeating: 0, count: pages / 32 + 1)
    unverified = Atomic(pages)
    self.repair = repair
    self.release = release
  }

  deinit { release() }

  /// How many pages there are.
  package var pageCount: Int { checksums.count }
  /// Whether every page was found right, or made so.
  package var isVerified: Bool { unverified.load(ordering: .acquiring) == 0 }
  /// Whether a page was damaged and could not be made anew.
  package var hasFailed: Bool { failures.load(ordering: .acquiring) > 0 }
  /// How many pages were damaged and made anew.
  package var repairCount: Int { repairs.load(ordering: .acquiring) }

  /// Verifies a page unless it was before.
  package func verify(page: Int) {
    if isMarked(page) { return }
    turn.withLock { _ in
      if isMarked(page) { return }
      let start = page * Self.pageByteCount
      let count = min(Self.pageByteCount, byteCount - start)
      let bytes = unsafe UnsafeMutableRawBufferPointer(start: base + start, count: count)
      if unsafe XXHash64.hash(UnsafeRawBufferPointer(bytes)) != checksums[page] {
        unsafe mend(page, bytes)
      }
      marks.store(marks.load(page >> 5) | 1 << UInt32(page & 31), page >> 5)
      unverified.subtract(1, ordering: .releasing)
    }
  }

  private func mend(_ page: Int, _ bytes: UnsafeMutableRawBufferPointer) {
    if let right = repair(page), right.count == bytes.count,
      unsafe right.withUnsafeBytes({ unsafe XXHash64.hash($0) }) == checksums[page]
    {
      unsafe bytes.copyBytes(from: right)
      repairs.add(1, ordering: .releasing)
    } else {
      unsafe bytes.initializeMemory(as: UInt8.self, repeating: 0)
      failures.add(1, ordering: .releasing)
    }
  }

  @inline(__always)
  private func isMarked(_ page: Int) -> Bool {
    marks.load(page >> 5) >> UInt32(page & 31) & 1 != 0
  }

  /// Sees to it that bytes at an address may be read; none for an address elsewhere.
  @inline(__always)
  func touch(_ address: UnsafeRawPointer) {
    let offset = unsafe address - UnsafeRawPointer(base)
    let page = offset >> 16
    if !isMarked(page) { verify(page: page) }
  }

  /// Sees to it that bytes from an address on may be read.
  func touch(_ address: UnsafeRawPointer, _ count: Int) {
    guard count > 0, !isVerified else { return }
    let offset = unsafe address - UnsafeRawPointer(base)
    for page in offset >> 16...(offset + count - 1) >> 16 { verify(page: page) }
  }

  /// A part of the memory; checks that it lies within.
  func part(_ range: Range<Int>) -> ImagePart? {
    guard range.lowerBound >= 0, range.upperBound <= byteCount else { return nil }
    return unsafe ImagePart(memory: self, base: base + range.lowerBound, byteCount: range.count)
  }
}

/// Some bytes of a stored graph.
@safe
struct ImagePart: Sendable {
  let memory: ImageMemory
  nonisolated(unsafe) let base: UnsafeMutableRawPointer
  let byteCount: Int
  /// Whether it is to be copied however large it is.
  var isCopied = false

  init(memory: ImageMemory, base: UnsafeMutableRawPointer, byteCount: Int) {
    self.memory = memory
    unsafe self.base = base
    self.byteCount = byteCount
  }

  /// Whether it is worth being used in place: less is copied.
  var isLarge: Bool { byteCount >= ImageMemory.pageByteCount && !isCopied }

  /// Sees to it that all of it may be read.
  func touch() { unsafe memory.touch(UnsafeRawPointer(base), byteCount) }
}

/// Who must be asked before an address is read: a memory, or nobody.
///
/// Counts no references: whoever holds one holds what it guards.
@safe
struct ImageGuard {
  private let memory: Unmanaged<ImageMemory>?

  init(_ memory: ImageMemory?) {
    unsafe self.memory = memory.map { unsafe Unmanaged.passUnretained($0) }
  }

  /// Whether anything must be asked.
  @inline(__always)
  var isNeeded: Bool {
    guard let memory = unsafe memory else { return false }
    return unsafe memory._withUnsafeGuaranteedRef { !$0.isVerified }
  }

  @inline(__always)
  func touch(_ address: UnsafeRawPointer) {
    if let memory = unsafe memory {
      unsafe memory._withUnsafeGuaranteedRef { unsafe $0.touch(address) }
    }
  }

  @inline(never)
  func touch(_ address: UnsafeRawPointer, _ count: Int) {
    if let memory = unsafe memory {
      unsafe memory._withUnsafeGuaranteedRef { unsafe $0.touch(address, count) }
    }
  }
}
