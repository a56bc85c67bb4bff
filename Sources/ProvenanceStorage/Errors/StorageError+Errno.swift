extension StorageError {
  /// Makes an error from an error number of the operating system.
  ///
  /// - Parameters:
  ///   - errno: The number that the call left behind.
  ///   - operation: The call, as in "open".
  ///   - path: The file that it was about.
  ///   - offset: The byte offset in that file.
  public init(errno: Int32, operation: String, path: String? = nil, offset: UInt64? = nil) {
    let (kind, reason) = SystemErrno.classify(errno)
    self.init(
      kind, "\(operation) failed: \(reason)", path: path, offset: offset, errno: errno)
  }
}
