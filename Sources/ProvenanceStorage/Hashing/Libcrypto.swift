#if !canImport(CryptoKit)
import Provenance

/// The SHA-256 of a libcrypto found at run time: OpenSSL 1.1 and later, or LibreSSL.
///
/// The low-level functions and not EVP: they take a plain structure, so nothing is allocated, a
/// copy of the bytes is an independent hasher, and a short message costs a third as much.
struct Libcrypto: Sendable {
  var functions: Functions
  var version: String
}

extension Libcrypto {
  /// The three functions of `<openssl/sha.h>`; each returns 1 on success.
  @safe
  struct Functions: Sendable {
    typealias Initialize = @convention(c) @Sendable (UnsafeMutableRawPointer) -> CInt
    typealias Update =
      @convention(c) @Sendable (UnsafeMutableRawPointer, UnsafeRawPointer, Int) -> CInt
    typealias Finalize =
      @convention(c) @Sendable (UnsafeMutableRawPointer, UnsafeMutableRawPointer) -> CInt

    var initialize: Initialize
    var update: Update
    var finalize: Finalize
  }
}

extension Libcrypto {
  /// The newest first; the unversioned name is what LibreSSL and some distributions have.
  private static let names = ["libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.so"]

  /// The first libcrypto of the system that computes SHA-256 correctly.
  ///
  /// It stays loaded: function pointers into it are kept for the life of the process.
  static func load() -> Libcrypto? {
    for name in names {
      guard let library = SharedLibrary(name) else { continue }
      if let functions = Functions(library), functions.passSelfTest() {
        return Libcrypto(functions: functions, version: version(library) ?? name)
      }
      library.unload()
    }
    return nil
  }

  private static func version(_ library: SharedLibrary) -> String? {
    typealias Version = @convention(c) (CInt) -> UnsafePointer<CChar>?
    guard let symbol = unsafe library.symbol("OpenSSL_version") else { return nil }
    return unsafe unsafeBitCast(symbol, to: Version.self)(0).map { unsafe String(cString: $0) }
  }
}

extension Libcrypto.Functions {
  fileprivate init?(_ library: SharedLibrary) {
    guard let initialize = unsafe library.symbol("SHA256_Init"),
      let update = unsafe library.symbol("SHA256_Update"),
      let finalize = unsafe library.symbol("SHA256_Final")
    else { return nil }
    unsafe self.initialize = unsafeBitCast(initialize, to: Initialize.self)
    unsafe self.update = unsafeBitCast(update, to: Update.self)
    unsafe self.finalize = unsafeBitCast(finalize, to: Finalize.self)
  }
}
#endif
