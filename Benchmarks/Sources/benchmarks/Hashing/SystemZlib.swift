/// The CRC-32 of zlib, called as a C program would call it.
@safe
struct SystemZlib {
  typealias Checksum =
    @convention(c) (CUnsignedLong, UnsafePointer<UInt8>, CUnsignedInt) ->
    CUnsignedLong

  let name: String
  private let function: Checksum
}

extension SystemZlib {
  /// The system's zlib, or `nil` where there is none.
  static func load() -> SystemZlib? {
    typealias Version = @convention(c) () -> UnsafePointer<CChar>
    guard let library = SystemLibrary(["libz.so.1", "libz.so", "libz.1.dylib"]),
      let function = unsafe library.function("crc32", as: Checksum.self),
      let version = unsafe library.function("zlibVersion", as: Version.self)
    else { return nil }
    return unsafe SystemZlib(
      name: "zlib \(String(cString: version())) crc32", function: function)
  }

  /// The checksum of one message.
  @inline(__always)
  func checksum(_ message: [UInt8]) -> UInt32 {
    UInt32(truncatingIfNeeded: unsafe function(0, message, CUnsignedInt(message.count)))
  }
}
