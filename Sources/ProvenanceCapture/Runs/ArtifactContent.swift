/// Where the bytes of an artifact come from.
public enum ArtifactContent: Sendable, Hashable {
  /// A regular file, by path.
  case file(String)
  /// Bytes in memory.
  case bytes([UInt8])

  /// The UTF-8 bytes of a text.
  ///
  /// - Parameter text: The text.
  /// - Returns: Its bytes.
  public static func text(_ text: String) -> ArtifactContent { .bytes(Array(text.utf8)) }
}
