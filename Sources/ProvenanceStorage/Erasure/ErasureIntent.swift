import Provenance

/// The file ERASING: which payloads are being erased, so that an erasure that was interrupted is finished
/// when the store is opened the next time.
///
///     provenance-erasure 1
///     <record id, 64 hexadecimal digits>
///     …
///     checksum 1a2b3c4d
///
/// Each line ends in LF; the checksum is the CRC-32C of the lines before it. The file is written before
/// the tombstones are committed and removed when nothing of the payloads is left.
struct ErasureIntent: Sendable, Hashable {
  var targets: [RecordID]

  static let name = "provenance-erasure 1"
  static let targetLimit = 1 << 16
  static let byteLimit = 65 * targetLimit + 64

  func encoded() -> [UInt8] {
    var text = Self.name + "\n"
    for target in targets { text += "\(target)\n" }
    let digits = String(CRC32C.checksum(of: Array(text.utf8)), radix: 16)
    text += "checksum \(String(repeating: "0", count: 8 - digits.count) + digits)\n"
    return Array(text.utf8)
  }

  init(targets: [RecordID]) { self.targets = targets }

  /// Reads the file; throws `corrupt`.
  init(decoding bytes: [UInt8]) throws {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard lines.count >= 3, lines[0] == Self.name else {
      throw StorageError(.corrupt, "ERASING does not begin as it should")
    }
    targets = try lines[1..<lines.count - 2].map { line in
      guard let id = try? RecordID(parsing: line) else {
        throw StorageError(.corrupt, "ERASING has a line that is no record id")
      }
      return id
    }
    guard encoded() == bytes else {
      throw StorageError(.corrupt, "ERASING does not have its checksum")
    }
  }
}

extension LogFiles {
  var erasing: String { directory + "/ERASING" }

  /// What is being erased, if anything is.
  func readErasure() throws -> ErasureIntent? {
    guard try fileSystem.statusIfPresent(erasing) != nil else { return nil }
    do {
      return try ErasureIntent(
        decoding: fileSystem.readFile(erasing, limit: ErasureIntent.byteLimit))
    } catch { throw fileSystem.naming(erasing, error) }
  }

  func writeErasure(_ intent: ErasureIntent) throws {
    try fileSystem.replaceFile(erasing, with: intent.encoded())
  }

  func removeErasure() throws {
    guard try fileSystem.statusIfPresent(erasing) != nil else { return }
    try fileSystem.unlink(erasing)
    try fileSystem.syncDirectory(directory)
  }
}
