/// Where the files of a store are.
struct LogFiles: Sendable {
  let fileSystem: any FileSystem
  let directory: String

  var format: String { directory + "/FORMAT" }
  var lock: String { directory + "/LOCK" }
  var head: String { directory + "/HEAD" }
  var log: String { directory + "/log" }
  var quarantine: String { directory + "/quarantine" }

  /// What a store's directory may hold; others make some of these.
  static let knownNames: Set<String> = [
    "FORMAT", "LOCK", "HEAD", "ERASING", "log", "quarantine", "checkpoints", "objects", "spools",
  ]

  static let segmentSuffix = ".seg"

  /// A segment's name: its first sequence number in 20 digits.
  static func segmentName(_ firstSequence: UInt64) -> String {
    let digits = String(firstSequence)
    return String(repeating: "0", count: 20 - digits.count) + digits + segmentSuffix
  }

  func segment(_ firstSequence: UInt64) -> String {
    log + "/" + Self.segmentName(firstSequence)
  }

  /// The first sequence number in a segment's name; `nil` for another file's name.
  static func firstSequence(ofName name: String) -> UInt64? {
    guard name.utf8.count == 24, name.hasSuffix(segmentSuffix),
      let number = UInt64(name.dropLast(4)), segmentName(number) == name
    else { return nil }
    return number
  }

  /// The first sequence numbers of the segments that are there, in order.
  func segments() throws -> [UInt64] {
    try fileSystem.names(inDirectory: log).compactMap(Self.firstSequence(ofName:)).sorted()
  }

  func readFormat() throws -> StoreFormat {
    let bytes: [UInt8]
    do {
      bytes = try fileSystem.readFile(format, limit: StoreFormat.byteLimit)
    } catch let error as StorageError
      where error.kind == .notFound || error.kind == .wrongFileKind
    {
      // The second where the store's path, or FORMAT, leads to a file of another kind.
      guard let status = try fileSystem.statusIfPresent(directory) else {
        throw StorageError(.notFound, "there is no store", path: directory)
      }
      guard status.kind != .regular else {
        throw StorageError(.notAStore, "it is a file, not a store's directory", path: directory)
      }
      throw StorageError(.notAStore, "the directory has no FORMAT file", path: directory)
    } catch let error as StorageError where error.kind == .limitExceeded {
      throw StorageError(.notAStore, "FORMAT is too long to be a store's", path: format)
    }
    do { return try StoreFormat(decoding: bytes) } catch { throw fileSystem.naming(format, error) }
  }

  func readMark(_ store: UniqueID) throws -> DurableMark {
    let limit = DurableMark.slotByteCount * 2
    do {
      return try fileSystem.withFile(head, [.read, .noFollow]) { file in
        try DurableMark(file: fileSystem.read(file, at: 0, count: limit), store: store)
      }
    } catch let error as StorageError where error.kind == .notFound {
      throw StorageError(.corrupt, "HEAD is missing", path: head)
    }
  }

  /// Refuses a network file system, where neither locks nor syncs can be trusted.
  func checkFileSystem(allowingNetwork: Bool) throws {
    guard !allowingNetwork else { return }
    if let kind = try fileSystem.network(at: directory) {
      throw StorageError(
        .unsupportedFileSystem,
        "the store is on a network file system (\(kind.name)); open it with "
          + "allowsNetworkFileSystem only where its locks and syncs are known to hold",
        path: directory)
    }
  }
}
