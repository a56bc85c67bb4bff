/// Makes run ids: UUIDs of version 7 (RFC 9562, section 5.7), which sort by the time of their making.
public enum RunID {
  /// A new id.
  ///
  /// - Parameters:
  ///   - seconds: Seconds since the Unix epoch.
  ///   - nanoseconds: Nanoseconds into that second.
  ///   - random: Random bits: 12 of the first word and 62 of the second are used; by default, the
  ///     system's.
  /// - Returns: The id in the usual form, 36 characters.
  public static func make(
    seconds: Int64, nanoseconds: Int,
    random: (UInt64, UInt64) = (.random(in: .min ... .max), .random(in: .min ... .max))
  ) -> String {
    let milliseconds = UInt64(bitPattern: seconds &* 1000 &+ Int64(nanoseconds / 1_000_000))
    let high = milliseconds << 16 | 0x7000 | random.0 & 0xfff
    let low = 1 << 63 | random.1 & (1 << 62 - 1)
    let digits = [high, low].map { word in
      let text = String(word, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }.joined()
    var text = ""
    for (position, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(position) { text.append("-") }
      text.append(digit)
    }
    return text
  }
}
