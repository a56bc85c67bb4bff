extension DirectoryManifest {
  /// The most entries of one directory.
  public static let entryLimit = 1 << 18

  /// The most bytes of a name.
  public static let nameLimit = 1024

  /// The most bytes of the target of a symbolic link.
  public static let targetLimit = 4096

  /// The most bytes of the canonical form of one directory.
  public static let sizeLimit = 16 << 20

  /// Checks entries that are sorted already.
  static func check(_ entries: [Entry]) throws {
    guard entries.count <= entryLimit else {
      throw StorageError(
        .limitExceeded, "a directory has \(entries.count) entries, allowed are \(entryLimit)")
    }
    // 48 bytes hold the longest heads, a size and a digest.
    var size = 16
    for (index, entry) in entries.enumerated() {
      try check(name: entry.name)
      if index > 0 {
        guard entries[index - 1].name != entry.name else {
          throw StorageError(.invalidArgument, "two entries are named \(text(of: entry.name))")
        }
      }
      size += entry.name.count + 48
      if case .symbolicLink(let target) = entry.content {
        try check(target: target, of: entry.name)
        size += target.count
      }
    }
    guard size <= sizeLimit else {
      throw StorageError(
        .limitExceeded, "a directory of \(entries.count) entries exceeds \(sizeLimit) bytes")
    }
  }

  private static func check(name: [UInt8]) throws {
    let dot = UInt8(ascii: ".")
    guard name.count <= nameLimit else {
      throw StorageError(
        .limitExceeded,
        "a name of \(name.count) bytes exceeds \(nameLimit): \(text(of: Array(name.prefix(64))))..."
      )
    }
    guard !name.isEmpty, name != [dot], name != [dot, dot], !name.contains(0),
      !name.contains(UInt8(ascii: "/"))
    else {
      throw StorageError(.invalidArgument, "no file can be named \(text(of: name))")
    }
  }

  private static func check(target: [UInt8], of name: [UInt8]) throws {
    guard target.count <= targetLimit else {
      throw StorageError(
        .limitExceeded,
        "the link \(text(of: name)) has a target of \(target.count) bytes, allowed are"
          + " \(targetLimit)")
    }
    guard !target.isEmpty, !target.contains(0) else {
      throw StorageError(
        .invalidArgument, "the link \(text(of: name)) has an impossible target")
    }
  }

  /// A name for people: quoted, with what is not printable ASCII as `\xNN`.
  static func text(of name: [UInt8]) -> String {
    var text = "\""
    for byte in name {
      if byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16)
        text += "\\x" + (byte < 16 ? "0" : "") + digits
      }
    }
    return text + "\""
  }
}
