#if !canImport(CryptoKit)
extension Ed25519PrivateKey {
  /// Signing by the system's libcrypto: OpenSSL 1.1.1 and later, found at run time.
  struct Engine: Sendable {
    private let functions: LibcryptoSigning
    private let seed: [UInt8]

    init?(seed: [UInt8]) {
      guard let functions = LibcryptoSigning.found else { return nil }
      self.functions = functions
      self.seed = seed
    }

    func publicKey() -> [UInt8]? { functions.publicKey(ofSeed: seed) }

    func sign(_ message: [UInt8]) -> [UInt8]? { functions.sign(message, seed: seed) }
  }
}

/// The functions of `<openssl/evp.h>` that sign with Ed25519.
///
/// Each call makes what it needs and frees it, so that nothing is shared between threads.
@safe
struct LibcryptoSigning: Sendable {
  private typealias Pointer = UnsafeMutableRawPointer
  private typealias MakeKey =
    @convention(c) @Sendable (CInt, Pointer?, UnsafePointer<UInt8>, Int) -> Pointer?
  private typealias ReadKey =
    @convention(c) @Sendable (Pointer, UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<Int>) ->
    CInt
  private typealias Free = @convention(c) @Sendable (Pointer) -> Void
  private typealias MakeContext = @convention(c) @Sendable () -> Pointer?
  private typealias Start =
    @convention(c) @Sendable (Pointer, Pointer?, Pointer?, Pointer?, Pointer) -> CInt
  private typealias Sign =
    @convention(c) @Sendable (
      Pointer, UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<Int>, UnsafePointer<UInt8>, Int
    ) -> CInt

  private let makeKey: MakeKey
  private let readKey: ReadKey
  private let freeKey: Free
  private let makeContext: MakeContext
  private let freeContext: Free
  private let start: Start
  private let sign: Sign

  /// `EVP_PKEY_ED25519`.
  private static let algorithm: CInt = 1087

  /// Looked for once; the first library of the system that has all the functions.
  static let found: LibcryptoSigning? = {
    for name in ["libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.so"] {
      guard let library = SharedLibrary(name) else { continue }
      if let functions = LibcryptoSigning(library) { return functions }
      library.unload()
    }
    return nil
  }()

  private init?(_ library: SharedLibrary) {
    guard let makeKey = unsafe library.symbol("EVP_PKEY_new_raw_private_key"),
      let readKey = unsafe library.symbol("EVP_PKEY_get_raw_public_key"),
      let freeKey = unsafe library.symbol("EVP_PKEY_free"),
      let makeContext = unsafe library.symbol("EVP_MD_CTX_new"),
      let freeContext = unsafe library.symbol("EVP_MD_CTX_free"),
      let start = unsafe library.symbol("EVP_DigestSignInit"),
      let sign = unsafe library.symbol("EVP_DigestSign")
    else { return nil }
    unsafe self.makeKey = unsafeBitCast(makeKey, to: MakeKey.self)
    unsafe self.readKey = unsafeBitCast(readKey, to: ReadKey.self)
    unsafe self.freeKey = unsafeBitCast(freeKey, to: Free.self)
    unsafe self.makeContext = unsafeBitCast(makeContext, to: MakeContext.self)
    unsafe self.freeContext = unsafeBitCast(freeContext, to: Free.self)
    unsafe self.start = unsafeBitCast(start, to: Start.self)
    unsafe self.sign = unsafeBitCast(sign, to: Sign.self)
  }

  /// The 32 bytes of the public key; `nil` when the library refuses.
  func publicKey(ofSeed seed: [UInt8]) -> [UInt8]? {
    guard let key = unsafe makeKey(Self.algorithm, nil, seed, seed.count) else { return nil }
    defer { unsafe freeKey(key) }
    var bytes = [UInt8](repeating: 0, count: 32)
    var count = bytes.count
    guard unsafe readKey(key, &bytes, &count) == 1, count == bytes.count else { return nil }
    return bytes
  }

  /// The 64 bytes of a signature; `nil` when the library refuses.
  func sign(_ message: [UInt8], seed: [UInt8]) -> [UInt8]? {
    guard let key = unsafe makeKey(Self.algorithm, nil, seed, seed.count) else { return nil }
    defer { unsafe freeKey(key) }
    guard let context = unsafe makeContext() else { return nil }
    defer { unsafe freeContext(context) }
    var bytes = [UInt8](repeating: 0, count: 64)
    var count = bytes.count
    // An empty array may have no address at all.
    let content = message.isEmpty ? [0] : message
    guard unsafe start(context, nil, nil, nil, key) == 1,
      unsafe sign(context, &bytes, &count, content, message.count) == 1, count == bytes.count
    else { return nil }
    return bytes
  }
}
#endif
