/// A number modulo 2^255 - 19, in five limbs of 51 bits.
///
/// A limb may be up to 2^52 between operations. Nothing here is secret: these operations serve
/// verification alone, and no claim is made on how long they take.
struct FieldElement: Sendable {
  private var l0: UInt64
  private var l1: UInt64
  private var l2: UInt64
  private var l3: UInt64
  private var l4: UInt64

  private static let mask: UInt64 = (1 << 51) - 1

  init(_ l0: UInt64, _ l1: UInt64 = 0, _ l2: UInt64 = 0, _ l3: UInt64 = 0, _ l4: UInt64 = 0) {
    self.l0 = l0
    self.l1 = l1
    self.l2 = l2
    self.l3 = l3
    self.l4 = l4
  }

  static let zero = FieldElement(0)
  static let one = FieldElement(1)
  /// -121665/121666, of the curve's equation.
  static let d = FieldElement(
    0x3_4DCA_1359_78A3, 0x1_A828_3B15_6EBD, 0x5_E7A2_6001_C029,
    0x7_39C6_63A0_3CBB, 0x5_2036_CEE2_B6FF)
  /// Twice ``d``.
  static let doubleD = FieldElement(
    0x6_9B94_26B2_F159, 0x3_5050_762A_DD7A, 0x3_CF44_C003_8052,
    0x6_738C_C740_7977, 0x2_406D_9DC5_6DFF)
  /// A square root of -1.
  static let rootOfMinusOne = FieldElement(
    0x6_1B27_4A0E_A0B0, 0xD5A5_FC8F_189D, 0x7_EF5E_9CBD_0C60,
    0x7_8595_A680_4C9E, 0x2_B832_4804_FC1D)
}

extension FieldElement {
  /// Reads 32 little-endian bytes without their highest bit; `nil` for a number that is not reduced.
  init?(canonical bytes: ArraySlice<UInt8>) {
    guard bytes.count == 32 else { return nil }
    let words = (0..<4).map { word in
      let start = bytes.startIndex + 8 * word
      return bytes[start..<start + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    self.init(
      words[0] & Self.mask, (words[0] >> 51 | words[1] << 13) & Self.mask,
      (words[1] >> 38 | words[2] << 26) & Self.mask, (words[2] >> 25 | words[3] << 39) & Self.mask,
      words[3] >> 12 & Self.mask)
    var given = Array(bytes)
    given[31] &= 0x7F
    guard self.bytes == given else { return nil }
  }

  /// The number, reduced, as 32 little-endian bytes.
  var bytes: [UInt8] {
    let value = reduced()
    let words = [
      value.l0 | value.l1 << 51, value.l1 >> 13 | value.l2 << 38, value.l2 >> 26 | value.l3 << 25,
      value.l3 >> 39 | value.l4 << 12,
    ]
    return words.flatMap { word in
      stride(from: 0, through: 56, by: 8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
    }
  }

  /// Whether the number is odd, which is the sign of a coordinate.
  var isOdd: Bool { reduced().l0 & 1 == 1 }

  var isZero: Bool {
    let value = reduced()
    return value.l0 | value.l1 | value.l2 | value.l3 | value.l4 == 0
  }

  /// The same number, between 0 and 2^255 - 20.
  private func reduced() -> FieldElement {
    var value = carried()
    // Whether adding 19 reaches 2^255: then the number is at least the modulus.
    var carry = (value.l0 + 19) >> 51
    carry = (value.l1 + carry) >> 51
    carry = (value.l2 + carry) >> 51
    carry = (value.l3 + carry) >> 51
    carry = (value.l4 + carry) >> 51
    value.l0 += 19 * carry
    value.l1 += value.l0 >> 51
    value.l2 += value.l1 >> 51
    value.l3 += value.l2 >> 51
    value.l4 += value.l3 >> 51
    return FieldElement(
      value.l0 & Self.mask, value.l1 & Self.mask, value.l2 & Self.mask, value.l3 & Self.mask,
      value.l4 & Self.mask)
  }

  /// The same number with limbs of at most 51 bits, or a little more.
  private func carried() -> FieldElement {
    FieldElement(
      l0 & Self.mask + (l4 >> 51) * 19, l1 & Self.mask + l0 >> 51, l2 & Self.mask + l1 >> 51,
      l3 & Self.mask + l2 >> 51, l4 & Self.mask + l3 >> 51)
  }
}

extension FieldElement: Equatable {
  static func == (lhs: Self, rhs: Self) -> Bool { (lhs - rhs).isZero }

  static func + (lhs: Self, rhs: Self) -> Self {
    FieldElement(
      lhs.l0 + rhs.l0, lhs.l1 + rhs.l1, lhs.l2 + rhs.l2, lhs.l3 + rhs.l3, lhs.l4 + rhs.l4
    ).carried()
  }

  static func - (lhs: Self, rhs: Self) -> Self {
    // Twice the modulus first, so that no limb falls below zero.
    FieldElement(
      lhs.l0 + 0xF_FFFF_FFFF_FFDA - rhs.l0, lhs.l1 + 0xF_FFFF_FFFF_FFFE - rhs.l1,
      lhs.l2 + 0xF_FFFF_FFFF_FFFE - rhs.l2, lhs.l3 + 0xF_FFFF_FFFF_FFFE - rhs.l3,
      lhs.l4 + 0xF_FFFF_FFFF_FFFE - rhs.l4
    ).carried()
  }

  static prefix func - (value: Self) -> Self { zero - value }

  static func * (lhs: Self, rhs: Self) -> Self {
    func product(_ x: UInt64, _ y: UInt64) -> UInt128 { UInt128(x) &* UInt128(y) }
    // 2^255 is 19, so what is past the fifth limb comes back nineteen times.
    let (b1, b2, b3, b4) = (rhs.l1 * 19, rhs.l2 * 19, rhs.l3 * 19, rhs.l4 * 19)
    let r0 =
      product(lhs.l0, rhs.l0) &+ product(lhs.l1, b4) &+ product(lhs.l2, b3)
      &+ product(lhs.l3, b2) &+ product(lhs.l4, b1)
    let r1 =
      product(lhs.l0, rhs.l1) &+ product(lhs.l1, rhs.l0) &+ product(lhs.l2, b4)
      &+ product(lhs.l3, b3) &+ product(lhs.l4, b2)
    let r2 =
      product(lhs.l0, rhs.l2) &+ product(lhs.l1, rhs.l1) &+ product(lhs.l2, rhs.l0)
      &+ product(lhs.l3, b4) &+ product(lhs.l4, b3)
    let r3 =
      product(lhs.l0, rhs.l3) &+ product(lhs.l1, rhs.l2) &+ product(lhs.l2, rhs.l1)
      &+ product(lhs.l3, rhs.l0) &+ product(lhs.l4, b4)
    let r4 =
      product(lhs.l0, rhs.l4) &+ product(lhs.l1, rhs.l3) &+ product(lhs.l2, rhs.l2)
      &+ product(lhs.l3, rhs.l1) &+ product(lhs.l4, rhs.l0)
    func low(_ value: UInt128) -> UInt64 { UInt64(truncatingIfNeeded: value) & mask }
    func high(_ value: UInt128) -> UInt64 { UInt64(truncatingIfNeeded: value >> 51) }
    return FieldElement(
      low(r0) + high(r4) * 19, low(r1) + high(r0), low(r2) + high(r1), low(r3) + high(r2),
      low(r4) + high(r3)
    ).carried()
  }

  /// The square.
  func squared() -> Self { self * self }

  /// The square, taken again and again.
  func squared(times count: Int) -> Self {
    var value = self
    for _ in 0..<count { value = value.squared() }
    return value
  }
}

extension FieldElement {
  /// The power of 2^250 - 1, which both exponents below start with, and the power of 11.
  private func commonPowers() -> (power250: Self, power11: Self) {
    let power2 = squared()
    let power9 = power2.squared(times: 2) * self
    let power11 = power9 * power2
    let power5 = power11.squared() * power9
    let power10 = power5.squared(times: 5) * power5
    let power20 = power10.squared(times: 10) * power10
    let power40 = power20.squared(times: 20) * power20
    let power50 = power40.squared(times: 10) * power10
    let power100 = power50.squared(times: 50) * power50
    let power200 = power100.squared(times: 100) * power100
    return (power200.squared(times: 50) * power50, power11)
  }

  /// One over the number; zero for zero.
  func inverse() -> Self {
    let powers = commonPowers()
    return powers.power250.squared(times: 5) * powers.power11
  }

  /// The root of numerator/denominator that is even; `nil` where there is none (RFC 8032, section
  /// 5.1.3).
  static func evenRoot(of numerator: Self, over denominator: Self) -> Self? {
    let cube = denominator.squared() * denominator
    let base = numerator * cube.squared() * denominator
    // The power of (p - 5) / 8 = 2^252 - 3.
    let power = base.commonPowers().power250.squared(times: 2) * base
    var root = numerator * cube * power
    let square = denominator * root.squared()
    if square == -numerator {
      root = root * rootOfMinusOne
    } else if square != numerator {
      return nil
    }
    return root.isOdd ? -root : root
  }
}
