import Provenance

/// Writes segments anew without some payloads: the same frames in the same places, with zeros.
struct SegmentRewriter {
  let files: LogFiles
  let leaves: Set<SHA256Digest>

  private var fileSystem: any FileSystem { files.fileSystem }

  /// Whether a segment has one of the payloads.
  func holds(_ segment: LoadedSegment) throws -> Bool {
    try !places(in: segment).isEmpty
  }

  /// Rewrites a segment if it has one of the payloads; returns how many it had.
  func rewrite(_ segment: LoadedSegment) throws -> Int {
    let places = try places(in: segment)
    guard !places.isEmpty else { return 0 }
    let temporary = segment.path + fileSystem.temporarySuffix
    if try fileSystem.statusIfPresent(temporary) != nil { try fileSystem.unlink(temporary) }
    do {
      try fileSystem.withFile(segment.path, [.read, .noFollow]) { source in
        try fileSystem.withFile(temporary, [.write, .create, .exclusive, .noFollow]) { target in
          try copy(source, to: target, segment, without: places)
          try fileSystem.synchronize(target, dataOnly: false)
        }
      }
      try fileSystem.rename(temporary, to: segment.path)
    } catch {
      try? fileSystem.unlink(temporary)
      throw error
    }
    try fileSystem.syncDirectory(files.log)
    return places.count
  }

  /// Where the frames are that have one of the payloads, ascending.
  private func places(in segment: LoadedSegment) throws -> [UInt64] {
    var places: [UInt64] = []
    try fileSystem.withFile(segment.path, [.read, .noFollow]) { file in
      let size = try fileSystem.status(of: file).size
      let reader = SegmentReader(
        fileSystem: fileSystem, file: file, path: segment.path, end: size)
      var scan = SegmentScan(segment.header, reader: reader, keepsTree: false)
      while case .transaction(let transaction, let offsets) = try scan.next() {
        for (entry, offset) in zip(transaction.entries, offsets)
        where leaves.contains(entry.leaf) && !entry.payload.isEmpty { places.append(offset) }
      }
    }
    return places
  }

  private func copy(
    _ source: OpenFile, to target: OpenFile, _ segment: LoadedSegment, without places: [UInt64]
  ) throws {
    let size = try fileSystem.status(of: source).size
    let salt = SegmentSalt(segment.header.salt)
    var offset: UInt64 = 0
    for place in places + [size] {
      while offset < place {
        let count = Int(min(place - offset, 1 << 20))
        let bytes = try fileSystem.readExactly(source, at: offset, count: count)
        try fileSystem.writeAll(target, at: offset, bytes)
        offset += UInt64(count)
      }
      guard place < size else { break }
      var head = try fileSystem.readExactly(source, at: place, count: FrameHeader.byteCount)
      guard let header = unsafe FrameHeader(head.span.bytes, seed: salt.seed) else {
        throw StorageError(
          .corrupt, "a frame that is to be erased is damaged", path: segment.path, offset: place)
      }
      head = try fileSystem.readExactly(source, at: place, count: header.extent)
      try Frame.erase(&head, header, salt: salt)
      try fileSystem.writeAll(target, at: place, head)
      offset = place + UInt64(header.extent)
    }
  }

  /// Takes the payloads out of what recovery cut off.
  ///
  /// Such a file begins in the middle of a segment, and what is in it may be in pieces: where a frame
  /// has one of the leaves, or bytes are there that are no whole frame, the file is cut to nothing.
  func rewriteQuarantine(_ segments: [LoadedSegment]) throws {
    let names: [String]
    do {
      names = try fileSystem.names(inDirectory: files.quarantine)
    } catch let error as StorageError where error.kind == .notFound {
      return
    }
    for name in names where name.hasSuffix(".tail") {
      let path = files.quarantine + "/" + name
      let first = UInt64(name.prefix(20))
      let size = try fileSystem.status(at: path, followingLinks: false).size
      guard size > 0 else { continue }
      let bytes = try fileSystem.readFile(path, limit: Int(clamping: size))
      let salt = segments.first { $0.header.firstSequence == first }
        .map { SegmentSalt($0.header.salt) }
      if let salt, isHarmless(bytes, salt) { continue }
      try fileSystem.replaceFile(path, with: [])
    }
  }

  /// Whether bytes are whole frames, none of which has one of the leaves.
  private func isHarmless(_ bytes: [UInt8], _ salt: SegmentSalt) -> Bool {
    var offset = 0
    while offset + FrameHeader.byteCount <= bytes.count {
      let head = unsafe bytes.span.bytes.extracting(offset..<offset + FrameHeader.byteCount)
      guard let header = FrameHeader(head, seed: salt.seed) else { return false }
      let body = offset + FrameHeader.byteCount
      guard bytes.count - body >= Int(header.length),
        let entry = try? Frame.entry(
          header, body: Array(bytes[body..<body + Int(header.length)]), salt: salt),
        !leaves.contains(entry.leaf)
      else { return false }
      offset += header.extent
    }
    return offset >= bytes.count
  }
}

extension Frame {
  /// Replaces the erasable bytes of a whole frame by zeros, and says so in its header.
  static func erase(_ bytes: inout [UInt8], _ header: FrameHeader, salt: SegmentSalt) throws {
    let body = FrameHeader.byteCount
    let end = body + Int(header.length)
    guard bytes.count == header.extent,
      CRC32C.checksum(of: Array(bytes[body..<end]), seed: salt.seed) == header.bodyChecksum
    else { throw StorageError(.corrupt, "a frame that is to be erased is damaged") }
    salt.whiten(&bytes, from: body, sequence: header.sequence)
    let hashed = Int(unsafe bytes.span.bytes.word32(at: body))
    let start = body + FrameHeader.bodyPrefixByteCount + hashed
    guard start <= end else { throw StorageError(.corrupt, "a frame contradicts itself") }
    for position in start..<end { bytes[position] = 0 }
    salt.whiten(&bytes, from: body, sequence: header.sequence)
    var erased = header
    erased.flags |= FrameHeader.erasedFlag
    erased.bodyChecksum = CRC32C.checksum(of: Array(bytes[body..<end]), seed: salt.seed)
    erased.store(in: &bytes, at: 0, seed: salt.seed)
  }
}
