/// 16 random bytes that stand before what can be erased.
///
/// Without them an erased value could be found again by hashing guesses. The salt is erased with
/// the payload and travels with it on merge.
public struct Salt: Sendable, Hashable {
  private let high: UInt64
  private let low: UInt64

  /// The number of bytes in a salt.
  public static var byteCount: Int { 16 }

  /// Draws a salt from the system's random source.
  public init() {
    high = .random(in: .min ... .max)
    low = .random(in: .min ... .max)
  }

  /// Draws a salt; with a seeded generator, so that tests give the same bytes.
  ///
  /// - Parameter generator: Where the bytes come from; outside tests, a cryptographic one.
  public init(using generator: inout some RandomNumberGenerator) {
    high = generator.next()
    low = generator.next()
  }

  /// Reads a salt from exactly 16 bytes.
  ///
  /// - Parameter bytes: The bytes; any other number of them gives `nil`.
  public init?(bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
    low = bytes[8...].reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The 16 bytes.
  public var bytes: [UInt8] {
    [high, low].flatMap { word in
      stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
    }
  }
}
