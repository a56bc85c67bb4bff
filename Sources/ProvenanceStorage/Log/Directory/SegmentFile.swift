/// Makes segment files.
struct SegmentFile: Sendable {
  let fileSystem: any FileSystem

  init(_ fileSystem: any FileSystem) { self.fileSystem = fileSystem }

  /// A segment under its temporary name, open.
  struct Unpublished: Sendable {
    var file: OpenFile
    var path: String
    var byteCount: UInt64
  }

  /// Makes a segment with nothing but its header, durable under its temporary name.
  ///
  /// Nothing is left behind when it fails.
  func make(_ header: SegmentHeader, at path: String, byteCount: UInt64) throws -> Unpublished {
    try make(header.encoded(), at: path + fileSystem.temporarySuffix, byteCount: byteCount)
  }

  /// Makes a segment that begins with some bytes and goes on with zeros, durable.
  ///
  /// Nothing is left behind when it fails.
  func make(_ start: [UInt8], at temporary: String, byteCount: UInt64) throws -> Unpublished {
    if try fileSystem.statusIfPresent(temporary) != nil { try fileSystem.unlink(temporary) }
    let file = try fileSystem.open(
      temporary, [.read, .write, .create, .exclusive, .noFollow], permissions: 0o644)
    do {
      try reserve(file, byteCount)
      // Written zeros, not only reserved ones: otherwise the first write of a block changes the
      // file's layout, and syncing the data alone would not be enough.
      var offset: UInt64 = 0
      var bytes = start
      let zeros = [UInt8](repeating: 0, count: 1 << 20)
      while offset < byteCount {
        try fileSystem.writeAll(file, at: offset, bytes)
        offset += UInt64(bytes.count)
        bytes = Array(zeros.prefix(Int(min(UInt64(zeros.count), byteCount - offset))))
      }
      try fileSystem.synchronize(file, dataOnly: false)
    } catch {
      try? fileSystem.close(file)
      try? fileSystem.unlink(temporary)
      throw fileSystem.naming(temporary, error)
    }
    return Unpublished(file: file, path: temporary, byteCount: byteCount)
  }

  private func reserve(_ file: OpenFile, _ byteCount: UInt64) throws {
    do {
      try fileSystem.preallocate(file, at: 0, length: byteCount)
    } catch let error as StorageError
      where error.kind == .unsupportedFileSystem || error.kind == .invalidArgument
    {
      // Writing the zeros reserves the space as well, in smaller pieces.
    }
  }

  /// Gives a segment its name, durably.
  func publish(_ temporary: String, as path: String, in directory: String) throws {
    try fileSystem.rename(temporary, to: path)
    try fileSystem.syncDirectory(directory)
  }

  /// Closes and removes a segment that is not needed; what stays is removed at the next opening.
  func discard(_ segment: Unpublished) {
    try? fileSystem.close(segment.file)
    try? fileSystem.unlink(segment.path)
  }
}
