/// A point of edwards25519 in extended coordinates: x = X/Z, y = Y/Z, xy = T/Z (RFC 8032, section
/// 5.1.4).
struct EdwardsPoint: Sendable {
  private var x: FieldElement
  private var y: FieldElement
  private var z: FieldElement
  private var t: FieldElement

  /// The neutral point.
  static let zero = EdwardsPoint(x: .zero, y: .one, z: .one, t: .zero)

  /// Sixteen multiples of the base point, from 0 on.
  static let baseMultiples: [EdwardsPoint] = {
    // y = 4/5, and x is even.
    let y = FieldElement(4) * FieldElement(5).inverse()
    let base = EdwardsPoint(y: y, isOdd: false) ?? .zero
    return base.multiples()
  }()
}

extension EdwardsPoint {
  /// Reads a point (RFC 8032, section 5.1.3); `nil` unless it is on the curve, with a reduced y.
  init?(encoded bytes: ArraySlice<UInt8>) {
    guard let last = bytes.last, let y = FieldElement(canonical: bytes) else { return nil }
    self.init(y: y, isOdd: last >> 7 == 1)
  }

  private init?(y: FieldElement, isOdd: Bool) {
    let square = y.squared()
    guard
      let root = FieldElement.evenRoot(of: square - .one, over: square * .d + .one),
      // Zero is even, and has no other sign.
      !(isOdd && root.isZero)
    else { return nil }
    let x = isOdd ? -root : root
    self.init(x: x, y: y, z: .one, t: x * y)
  }

  /// The point as 32 bytes.
  var encoded: [UInt8] {
    let inverse = z.inverse()
    var bytes = (y * inverse).bytes
    if (x * inverse).isOdd { bytes[31] |= 0x80 }
    return bytes
  }

  static prefix func - (point: Self) -> Self {
    EdwardsPoint(x: -point.x, y: point.y, z: point.z, t: -point.t)
  }

  /// The sum, whatever the points: the formula has no exceptions.
  static func + (lhs: Self, rhs: Self) -> Self {
    let a = (lhs.y - lhs.x) * (rhs.y - rhs.x)
    let b = (lhs.y + lhs.x) * (rhs.y + rhs.x)
    let c = lhs.t * .doubleD * rhs.t
    let d = lhs.z * rhs.z
    return EdwardsPoint(e: b - a, f: d + d - c, g: d + d + c, h: b + a)
  }

  func doubled() -> Self {
    let (a, b, c) = (x.squared(), y.squared(), z.squared())
    let h = a + b
    let g = a - b
    return EdwardsPoint(e: h - (x + y).squared(), f: c + c + g, g: g, h: h)
  }

  private init(e: FieldElement, f: FieldElement, g: FieldElement, h: FieldElement) {
    self.init(x: e * f, y: g * h, z: f * g, t: e * h)
  }

  /// 0 to 15 times the point.
  private func multiples() -> [EdwardsPoint] {
    var all = [EdwardsPoint.zero]
    for _ in 1..<16 { all.append((all.last ?? .zero) + self) }
    return all
  }

  /// The sum of a multiple of this point and one of the base point.
  ///
  /// - Parameters:
  ///   - scalar: How often this point counts, 32 little-endian bytes.
  ///   - baseScalar: How often the base point counts, 32 little-endian bytes.
  /// - Returns: The sum.
  func times(_ scalar: [UInt8], plusBaseTimes baseScalar: [UInt8]) -> EdwardsPoint {
    let multiples = multiples()
    var sum = EdwardsPoint.zero
    for digit in (0..<64).reversed() {
      for _ in 0..<4 { sum = sum.doubled() }
      let shift = UInt8(digit & 1) * 4
      let (here, base) = (scalar[digit / 2] >> shift & 15, baseScalar[digit / 2] >> shift & 15)
      if here != 0 { sum = sum + multiples[Int(here)] }
      if base != 0 { sum = sum + Self.baseMultiples[Int(base)] }
    }
    return sum
  }
}
