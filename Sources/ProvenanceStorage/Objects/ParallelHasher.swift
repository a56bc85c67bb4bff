import Provenance

/// Room for a chunk of a stream, to be read by two threads at once.
@safe
final class StreamBuffer: @unchecked Sendable {
  private let bytes: UnsafeMutableRawBufferPointer
  /// Whether it is still to be hashed; guarded by the hasher's monitor.
  fileprivate var isBusy = false

  init(size: Int) {
    unsafe bytes = .allocate(byteCount: size, alignment: 64)
    unsafe bytes.initializeMemory(as: UInt8.self, repeating: 0)
  }

  deinit { unsafe bytes.deallocate() }

  /// Pulls until it is full or the stream ends; returns how many bytes it holds.
  func fill(_ pull: (inout MutableRawSpan) throws -> Int) throws -> Int {
    var filled = 0
    while unsafe filled < bytes.count {
      let room = unsafe bytes.count - filled
      let part = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[filled...])
      var span = unsafe part.mutableBytes
      let count = try pull(&span)
      guard count >= 0, count <= room else {
        throw StorageError.objectSourceOverran(count: count, room: room)
      }
      if count == 0 { break }
      filled += count
    }
    return filled
  }

  func withBytes<R>(_ count: Int, _ body: (RawSpan) throws -> R) rethrows -> R {
    let part = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<count])
    return try unsafe body(part.bytes)
  }
}

/// Hashes on a thread of its own what another thread is writing meanwhile.
///
/// Only the hashing moves to another thread: file operations keep their order and their thread.
final class ParallelHasher: @unchecked Sendable {
  private let thread: WorkerThread
  private let monitor = Monitor()
  /// Touched by the jobs of the thread, and when there are none.
  private var hasher: ObjectHasher
  private var pending = 0

  /// Goes on where a hasher is.
  ///
  /// - Throws: `io` when the system gives no thread.
  init(continuing hasher: ObjectHasher) throws {
    self.hasher = hasher
    thread = try WorkerThread()
  }

  /// Appends the beginning of a buffer, which must not change until it is free again.
  func update(_ buffer: StreamBuffer, count: Int) {
    monitor.locked {
      buffer.isBusy = true
      pending += 1
    }
    thread.submit {
      buffer.withBytes(count) { self.hasher.update($0) }
      self.monitor.locked {
        buffer.isBusy = false
        self.pending -= 1
      }
      self.monitor.signal()
    }
  }

  /// Waits until a buffer is hashed.
  func wait(for buffer: StreamBuffer) {
    monitor.locked { while buffer.isBusy { monitor.wait() } }
  }

  /// Waits until all is hashed.
  func finish() -> ObjectHasher {
    monitor.locked {
      while pending > 0 { monitor.wait() }
      return hasher
    }
  }
}

extension ObjectIntake {
  /// Chunks that are hashed where they are written, before a thread is worth its start: 1 MiB.
  private static let serialChunks = 4
  /// Chunks that the two threads may be apart.
  private static let bufferCount = 8

  /// Pulls a stream to its end, hashes it and hands it on in chunks that are full but for the last.
  ///
  /// A chunk is handed on while it is hashed, and never before the limits have admitted it.
  ///
  /// - Throws: What the closures throw; what does not hold of the expectation.
  mutating func take(
    from pull: (inout MutableRawSpan) throws -> Int, write: (RawSpan, UInt64) throws -> Void
  ) throws -> StoredObject {
    let size = ObjectStream.chunkSize
    var buffers = [StreamBuffer(size: size)]
    var parallel: ParallelHasher?
    var index = 0
    while true {
      let buffer = buffers[index % buffers.count]
      parallel?.wait(for: buffer)
      let filled = try buffer.fill(pull)
      let offset = self.size
      if filled > 0 {
        try admit(filled)
        if let parallel {
          parallel.update(buffer, count: filled)
        } else {
          buffer.withBytes(filled) { hasher.update($0) }
        }
        try buffer.withBytes(filled) { try write($0, offset) }
      }
      guard filled == size else { break }
      index += 1
      if index == Self.serialChunks, let thread = try? ParallelHasher(continuing: hasher) {
        parallel = thread
        while buffers.count < Self.bufferCount { buffers.append(StreamBuffer(size: size)) }
      }
    }
    if let parallel { hasher = parallel.finish() }
    return try finish()
  }
}
