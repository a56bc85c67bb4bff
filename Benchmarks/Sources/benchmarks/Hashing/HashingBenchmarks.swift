import Provenance
import ProvenanceStorage

extension Benchmark {
  private static let sizes = [("large", 16 << 20), ("small", 256)]

  /// Hashes and checksums.
  static let hashing: [Benchmark] =
    sizes.map { size in
      Benchmark(name: "hash.sha256.\(size.0)", environment: SystemLibcrypto.plainEnvironment) {
        try [pureSHA256("hash.sha256.\(size.0)", bytes: size.1)]
      }
    }
    + sizes.map { size in
      Benchmark(name: "hash.sha256.system.\(size.0)") {
        try [systemSHA256("hash.sha256.system.\(size.0)", bytes: size.1)]
      }
    }
    + [
      Benchmark(name: "hash.crc32c") { try [crc32C("hash.crc32c", bytes: 1 << 20)] },
      Benchmark(name: "hash.crc32c.small") { try [crc32C("hash.crc32c.small", bytes: 256)] },
    ]

  /// Pure Swift beside the assembler of libcrypto without the processor's SHA extension, which no
  /// Swift can reach.
  private static func pureSHA256(_ name: String, bytes: Int) throws -> Row {
    let message = content(bytes)
    let expected = SystemSHA256.hash(message)
    try check(SHA256.hash(message) == expected, "\(name): wrong digest")
    let library = try SystemLibcrypto.load(plain: true)
    try check(library.map { $0.hash(message) == expected } ?? true, "\(name): wrong baseline")
    return Measurement(name: name, unit: .gigabytesPerSecond, items: bytes).compare(
      { for _ in 0..<$0 { keep(SHA256.hash(message)) } },
      with: library.map { library in
        Baseline(name: library.name) { for _ in 0..<$0 { keep(library.hash(message)) } }
      })
  }

  /// The hasher of the platform beside the same library called directly.
  private static func systemSHA256(_ name: String, bytes: Int) throws -> Row {
    let message = content(bytes)
    let expected = SHA256.hash(message)
    try check(SystemSHA256.hash(message) == expected, "\(name): wrong digest")
    let library = try SystemLibcrypto.load(plain: false)
    try check(library.map { $0.hash(message) == expected } ?? true, "\(name): wrong baseline")
    return Measurement(name: name, unit: .gigabytesPerSecond, items: bytes).compare(
      { for _ in 0..<$0 { keep(SystemSHA256.hash(message)) } },
      with: library.map { library in
        Baseline(name: library.name) { for _ in 0..<$0 { keep(library.hash(message)) } }
      })
  }

  /// The checksum of the log beside that of zlib: another polynomial, the same work.
  private static func crc32C(_ name: String, bytes: Int) throws -> Row {
    let message = content(bytes)
    try check(CRC32C.checksum(of: message) == bitwiseCRC32C(message), "\(name): wrong checksum")
    let library = SystemZlib.load()
    try check(
      library.map { $0.checksum(Array("123456789".utf8)) == 0xCBF4_3926 } ?? true,
      "\(name): wrong baseline")
    return Measurement(name: name, unit: .gigabytesPerSecond, items: bytes).compare(
      { for _ in 0..<$0 { keep(CRC32C.checksum(of: message)) } },
      with: library.map { library in
        Baseline(name: library.name) { for _ in 0..<$0 { keep(library.checksum(message)) } }
      })
  }

  /// CRC-32C as the polynomial defines it, for the check.
  private static func bitwiseCRC32C(_ message: [UInt8]) -> UInt32 {
    var register = UInt32.max
    for byte in message {
      register ^= UInt32(byte)
      for _ in 0..<8 { register = register >> 1 ^ (register & 1) &* 0x82F6_3B78 }
    }
    return ~register
  }

  private static func content(_ count: Int) -> [UInt8] {
    var state: UInt32 = 0x9E37_79B9
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(truncatingIfNeeded: state >> 24)
    }
  }
}
