/// Bytes of a file in memory, to be read and, privately, written.
@safe
public struct FileMapping: Sendable {
  nonisolated(unsafe) let bytes: UnsafeMutableRawBufferPointer
  let release: @Sendable () -> Void

  /// Hands over memory.
  ///
  /// - Parameters:
  ///   - bytes: The bytes, at an address that is a multiple of 4096; 64 more behind them are readable.
  ///   - release: Called once, when nothing reads them any more.
  public init(
    _ bytes: UnsafeMutableRawBufferPointer, release: @escaping @Sendable () -> Void
  ) {
    unsafe self.bytes = unsafe bytes
    self.release = release
  }
}

extension FileSystem {
  /// Reads a part of a file into memory: for file systems that cannot map.
  public func map(_ path: String, at offset: UInt64, count: Int) throws -> FileMapping {
    let content = try withFile(path, [.read, .noFollow]) { file in
      try readExactly(file, at: offset, count: count)
    }
    let base = UnsafeMutableRawPointer.allocate(byteCount: count + 64, alignment: 4096)
    unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: count + 64)
    unsafe content.withUnsafeBytes { source in
      if let start = source.baseAddress { unsafe base.copyMemory(from: start, byteCount: count) }
    }
    let address = UInt(bitPattern: base)
    return unsafe FileMapping(
      UnsafeMutableRawBufferPointer(start: base, count: count),
      release: { unsafe UnsafeMutableRawPointer(bitPattern: address)?.deallocate() })
  }
}
