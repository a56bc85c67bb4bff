/// Unicode Normalization Form C (UAX #15), with the tables of one pinned version.
///
/// Names are compared by their bytes, so each must have one form only. The form must not depend on
/// the operating system either: two machines with different Unicode versions would otherwise give
/// one name two identities.
///
/// Code points that the pinned version does not assign count as letters that nothing composes with.
/// A text that uses only assigned ones stays normalized in every later version; one with code points
/// of the future may not, which can give such a text two accepted forms. Refusing them instead would
/// make the validity of a record depend on the version of the library that reads it.
public enum UnicodeNFC {
  /// The Unicode version of the tables.
  public static var version: String { UnicodeTables.version }

  /// Whether a text is in NFC.
  ///
  /// - Complexity: O(length). Text below U+0300 and most other text needs one pass and no memory.
  public static func isNormalized(_ text: String) -> Bool {
    switch quickCheck(text) {
    case .yes: true
    case .no: false
    case .maybe: transform(text).hasSameBytes(as: text)
    }
  }

  /// The NFC form of a text.
  ///
  /// - Complexity: O(length), whatever the number and order of combining marks.
  public static func normalize(_ text: String) -> String {
    if case .yes = quickCheck(text) { return text }
    return transform(text)
  }

  private enum Answer { case yes, no, maybe }

  /// The detection of UAX #15 section 9.
  private static func quickCheck(_ text: String) -> Answer {
    let properties = UnicodeProperties.shared
    var last: UInt8 = 0
    var answer = Answer.yes
    for scalar in text.unicodeScalars {
      // The first scalar that is a mark, composes or is excluded is U+0300.
      guard scalar.value >= 0x300 else {
        last = 0
        continue
      }
      let entry = properties[scalar.value]
      let combiningClass = entry.combiningClass
      if entry.isExcluded || (combiningClass != 0 && last > combiningClass) { return .no }
      if entry.mayCompose { answer = .maybe }
      last = combiningClass
    }
    return answer
  }

  private static func transform(_ text: String) -> String {
    var work = NFCWork(text)
    return work.run()
  }
}

extension UnicodeNFC {
  /// The number of steps that normalizing a text takes, for the proof that it is linear.
  package static func stepCount(normalizing text: String) -> Int {
    var work = NFCWork(text)
    _ = work.run()
    return work.steps
  }
}
