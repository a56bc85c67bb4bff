/// The FORMAT file: what a directory is, and who can read it.
///
///     provenance-store 1
///     id 00112233445566778899aabbccddeeff
///     compatible 0000000000000000
///     read-only-compatible 0000000000000000
///     incompatible 0000000000000000
///     checksum 1a2b3c4d
///
/// Each line ends in LF. The words are features as 64 bits in hexadecimal: an unknown bit of
/// the first is ignored, of the second allows reading only, of the third nothing. The checksum is
/// the CRC-32C of the lines before it. The file is written last when a store is made.
struct StoreFormat: Sendable, Hashable {
  var id: UniqueID
  var compatible: UInt64 = 0
  var readOnlyCompatible: UInt64 = 0
  var incompatible: UInt64 = 0

  static let name = "provenance-store"
  static let version = 1
  static let byteLimit = 4096
  // The features of this version: none yet.
  static let knownReadOnlyCompatible: UInt64 = 0
  static let knownIncompatible: UInt64 = 0

  func encoded() -> [UInt8] {
    let words = [
      ("compatible", compatible), ("read-only-compatible", readOnlyCompatible),
      ("incompatible", incompatible),
    ]
    var text = "\(Self.name) \(Self.version)\nid \(id)\n"
    for (name, word) in words { text += "\(name) \(Self.hexadecimal(word, digits: 16))\n" }
    let checksum = CRC32C.checksum(of: Array(text.utf8))
    text += "checksum \(Self.hexadecimal(UInt64(checksum), digits: 8))\n"
    return Array(text.utf8)
  }

  private static func hexadecimal(_ value: UInt64, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: digits - text.count) + text
  }
}

extension StoreFormat {
  /// Reads the file; throws `notAStore`, `unsupportedFormat` or `corrupt`.
  init(decoding bytes: [UInt8]) throws {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    let first = lines[0].split(separator: " ", omittingEmptySubsequences: false)
    guard first.count == 2, first[0] == Self.name, let version = Int(first[1]) else {
      throw StorageError(.notAStore, "FORMAT does not start with \"\(Self.name)\" and a version")
    }
    guard version == Self.version else {
      throw StorageError(
        .unsupportedFormat, "the store has version \(version), known is \(Self.version)")
    }
    guard lines.count == 7, let id = Self.field("id", lines[1]).flatMap(UniqueID.init(hexadecimal:))
    else { throw StorageError(.corrupt, "FORMAT is damaged: its lines are not the known ones") }
    self.id = id
    compatible = try Self.word("compatible", lines[2])
    readOnlyCompatible = try Self.word("read-only-compatible", lines[3])
    incompatible = try Self.word("incompatible", lines[4])
    guard encoded() == bytes else {
      throw StorageError(.corrupt, "FORMAT is damaged: it does not have its checksum")
    }
  }

  private static func field(_ name: String, _ line: String) -> Substring? {
    guard line.utf8.starts(with: (name + " ").utf8) else { return nil }
    return line.dropFirst(name.count + 1)
  }

  private static func word(_ name: String, _ line: String) throws -> UInt64 {
    guard let text = field(name, line), text.utf8.count == 16, let word = UInt64(text, radix: 16)
    else {
      throw StorageError(.corrupt, "FORMAT is damaged: its line \"\(name)\" cannot be read")
    }
    return word
  }

  /// Throws `unsupportedFormat` when the store has a feature that forbids the use.
  func checkFeatures(forWriting: Bool) throws {
    let unknown = incompatible & ~Self.knownIncompatible
    guard unknown == 0 else {
      throw StorageError(
        .unsupportedFormat,
        "the store uses features that this version does not know: "
          + "0x\(String(unknown, radix: 16))")
    }
    let readOnly = readOnlyCompatible & ~Self.knownReadOnlyCompatible
    guard readOnly == 0 || !forWriting else {
      throw StorageError(
        .unsupportedFormat,
        "the store uses features that this version can read but not write: "
          + "0x\(String(readOnly, radix: 16)); open it for reading")
    }
  }
}
