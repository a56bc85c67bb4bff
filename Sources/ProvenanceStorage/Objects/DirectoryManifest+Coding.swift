import Provenance

extension DirectoryManifest {
  private static let domain = "provenance.directory"
  private static let version: UInt64 = 1

  /// The canonical form.
  public func encoded() -> [UInt8] {
    var encoder = CBOREncoder(capacity: 32 + entries.count * 64)
    encoder.array(count: 3)
    encoder.text(Self.domain)
    encoder.unsigned(Self.version)
    encoder.array(count: entries.count)
    for entry in entries {
      switch entry.content {
      case .file(let object, let isExecutable):
        Self.encode(entry.name, isExecutable ? 1 : 0, object, into: &encoder)
      case .directory(let object):
        Self.encode(entry.name, 2, object, into: &encoder)
      case .symbolicLink(let target):
        encoder.array(count: 3)
        encoder.bytes(entry.name)
        encoder.unsigned(3)
        encoder.bytes(target)
      }
    }
    return encoder.bytes
  }

  private static func encode(
    _ name: [UInt8], _ code: UInt64, _ object: StoredObject, into encoder: inout CBOREncoder
  ) {
    encoder.array(count: 4)
    encoder.bytes(name)
    encoder.unsigned(code)
    encoder.unsigned(object.size)
    encoder.digest(object.digest)
  }

  private static let canonicalPrefix: [UInt8] = {
    var encoder = CBOREncoder()
    encoder.array(count: 3)
    encoder.text(domain)
    return encoder.bytes
  }()

  /// Whether bytes begin as every manifest does, of whatever version.
  static func isPrefix(ofManifest bytes: [UInt8]) -> Bool { bytes.starts(with: canonicalPrefix) }

  /// The digest and size of the canonical form.
  public var object: StoredObject { StoredObject(of: encoded()) }

  /// Reads a manifest from its canonical form.
  ///
  /// - Throws: `corrupt` for anything but a canonical form, naming the offset; `limitExceeded`;
  ///   `unsupportedFormat` for a later version.
  public init(canonical bytes: [UInt8]) throws {
    guard bytes.count <= Self.sizeLimit else {
      throw StorageError(
        .limitExceeded,
        "a directory manifest of \(bytes.count) bytes exceeds \(Self.sizeLimit)")
    }
    do {
      var decoder = try CBORDecoder(bytes)
      try decoder.array(count: 3)
      guard try decoder.text() == Self.domain else { throw Self.corrupt("it has another domain") }
      let version = try decoder.unsigned()
      guard version == Self.version else {
        throw StorageError(
          .unsupportedFormat, "a directory manifest has version \(version), known is 1")
      }
      let count = try decoder.array()
      guard count <= Self.entryLimit else {
        throw StorageError(
          .limitExceeded, "a directory has \(count) entries, allowed are \(Self.entryLimit)")
      }
      var entries: [Entry] = []
      entries.reserveCapacity(count)
      for _ in 0..<count {
        let entry = try Self.entry(&decoder)
        if let last = entries.last, !last.name.lexicographicallyPrecedes(entry.name) {
          throw Self.corrupt("\(Self.text(of: entry.name)) is out of order")
        }
        entries.append(entry)
      }
      try decoder.finish()
      try Self.check(entries)
      self.init(checked: entries)
    } catch let error as CBORError {
      throw StorageError(
        .corrupt, "a directory manifest is not canonical: \(error)",
        offset: UInt64(clamping: error.offset))
    } catch let error as StorageError where error.kind == .invalidArgument {
      throw Self.corrupt(error.message)
    }
  }

  private static func entry(_ decoder: inout CBORDecoder) throws -> Entry {
    let fields = try decoder.array()
    let name = try decoder.bytes()
    let code = try decoder.unsigned()
    guard fields == (code == 3 ? 3 : 4) else {
      throw corrupt("\(text(of: name)) has \(fields) fields")
    }
    switch code {
    case 0, 1, 2:
      let object = StoredObject(size: try decoder.unsigned(), digest: try decoder.digest())
      let content: Content =
        code == 2 ? .directory(object) : .file(object, isExecutable: code == 1)
      return Entry(name: name, content: content)
    case 3:
      return Entry(name: name, content: .symbolicLink(target: try decoder.bytes()))
    default:
      throw corrupt("\(text(of: name)) is of the unknown kind \(code)")
    }
  }

  private static func corrupt(_ detail: String) -> StorageError {
    StorageError(.corrupt, "a directory manifest is damaged: \(detail)")
  }
}

extension StoredObject {
  /// In the order of the fields of a manifest, so that they are decoded in it.
  fileprivate init(size: UInt64, digest: SHA256Digest) {
    self.init(digest: digest, size: size)
  }
}
