import Provenance

/// SHA-256 of libcrypto, called as a C program would call it.
@safe
struct SystemLibcrypto {
  typealias Initialize = @convention(c) (UnsafeMutableRawPointer) -> CInt
  typealias Update = @convention(c) (UnsafeMutableRawPointer, UnsafeRawPointer, Int) -> CInt
  typealias Finalize =
    @convention(c) (UnsafeMutableRawPointer, UnsafeMutableRawPointer) -> CInt

  /// The version, and whether the processor's SHA extension was switched off.
  let name: String
  private let initialize: Initialize
  private let update: Update
  private let finalize: Finalize
}

extension SystemLibcrypto {
  #if arch(arm64)
  private static let extensionMask: (word: Int, bit: UInt64) = (0, 1 << 4)
  /// Tells libcrypto to use the processor's vectors and nothing beyond.
  static let plainEnvironment = ["OPENSSL_armcap": "0x1"]
  #else
  private static let extensionMask: (word: Int, bit: UInt64) = (1, 1 << 29)
  /// Tells libcrypto not to use the processor's SHA extension.
  static let plainEnvironment = ["OPENSSL_ia32cap": ":~0x20000000"]
  #endif

  /// The system's libcrypto, or `nil` where there is none.
  ///
  /// Where the SHA extension must be off (`plain`), the environment has seen to it; throws when the
  /// library says that it is not so.
  static func load(plain: Bool) throws -> SystemLibcrypto? {
    guard let library = SystemLibrary(["libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.so"]),
      let initialize = unsafe library.function("SHA256_Init", as: Initialize.self),
      let update = unsafe library.function("SHA256_Update", as: Update.self),
      let finalize = unsafe library.function("SHA256_Final", as: Finalize.self)
    else { return nil }
    let usesExtension = try usesExtension(library)
    try check(!plain || usesExtension != true, "libcrypto kept the SHA extension switched on")
    let state = usesExtension.map { $0 ? ", SHA extension" : ", no SHA extension" } ?? ""
    return unsafe SystemLibcrypto(
      name: version(library) + state, initialize: initialize, update: update, finalize: finalize)
  }

  private static func version(_ library: SystemLibrary) -> String {
    typealias Version = @convention(c) (CInt) -> UnsafePointer<CChar>?
    let version = unsafe library.function("OpenSSL_version", as: Version.self)?(0)
    guard let version = unsafe version else { return "libcrypto" }
    return unsafe String(cString: version).split(separator: " ").prefix(2).joined(separator: " ")
  }

  /// What the library says of itself; `nil` where it is too old to say.
  private static func usesExtension(_ library: SystemLibrary) throws -> Bool? {
    typealias Information = @convention(c) (CInt) -> UnsafePointer<CChar>?
    let processorSettings: CInt = 1008
    let information = unsafe library.function("OPENSSL_info", as: Information.self)
    guard let text = information?(processorSettings) else { return nil }
    guard let settings = unsafe String(cString: text).split(separator: " ").first,
      let assignment = settings.split(separator: "=").last
    else { return nil }
    let words = assignment.split(separator: ":").map { UInt64($0.dropFirst(2), radix: 16) }
    guard words.count > extensionMask.word, let word = words[extensionMask.word] else { return nil }
    return word & extensionMask.bit != 0
  }

  /// The digest of one message.
  @inline(__always)
  func hash(_ message: [UInt8]) -> SHA256Digest {
    var context: (SIMD16<UInt64>, SIMD16<UInt64>) = (.zero, .zero)
    var digest: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    unsafe withUnsafeMutableBytes(of: &context) { context in
      unsafe withUnsafeMutableBytes(of: &digest) { digest in
        _ = unsafe initialize(context.baseAddress!)
        _ = unsafe update(context.baseAddress!, message, message.count)
        _ = unsafe finalize(digest.baseAddress!, context.baseAddress!)
      }
    }
    return SHA256Digest(
      w0: digest.0.bigEndian, w1: digest.1.bigEndian, w2: digest.2.bigEndian,
      w3: digest.3.bigEndian)
  }
}
