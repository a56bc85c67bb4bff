/// A file that a ``FileSystem`` opened: its descriptor in plain form.
///
/// The value does not close itself; whoever opened the file closes it, once.
public struct OpenFile: Sendable, Hashable {
  /// The descriptor's number; meaningful only to the file system that made it.
  public let rawValue: Int32

  /// Wraps a descriptor.
  ///
  /// - Parameter rawValue: The descriptor's number.
  public init(rawValue: Int32) { self.rawValue = rawValue }
}

/// How to open a file.
public struct FileOpenOptions: OptionSet, Sendable, Hashable {
  /// The bits.
  public let rawValue: UInt32

  /// Wraps the bits.
  ///
  /// - Parameter rawValue: The bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Open for reading.
  public static let read = FileOpenOptions(rawValue: 1)
  /// Open for writing.
  public static let write = FileOpenOptions(rawValue: 2)
  /// Make the file when it is missing.
  public static let create = FileOpenOptions(rawValue: 4)
  /// Together with ``create``: fail when the file exists.
  public static let exclusive = FileOpenOptions(rawValue: 8)
  /// Fail when the last component of the path is a symbolic link.
  public static let noFollow = FileOpenOptions(rawValue: 16)
  /// Fail unless the path is a directory; needed to synchronise one.
  public static let directory = FileOpenOptions(rawValue: 32)
  /// Cut the file to no bytes.
  public static let truncate = FileOpenOptions(rawValue: 64)
}
