/// Field paths numbered in their order, and the names that they are made of, each kept once.
///
/// Names are kept as bytes in one buffer: a `String` takes 16 more, and longer ones an allocation.
struct FieldNames: Sendable {
  private let bytes: [UInt8]
  private let starts: [UInt32]
  /// By path: the path of what contains it, and its innermost name.
  ///
  /// Path 0 is the whole.
  private let parents: [UInt32]
  private let names: [UInt32]

  init(_ texts: [String], parents: [UInt32], names: [UInt32]) {
    var bytes: [UInt8] = []
    var starts: [UInt32] = [0]
    starts.reserveCapacity(texts.count + 1)
    for text in texts {
      bytes.append(contentsOf: text.utf8)
      starts.append(UInt32(bytes.count))
    }
    self.bytes = bytes
    self.starts = starts
    self.parents = parents
    self.names = names
  }

  func path(_ number: UInt32) -> FieldPath {
    guard number != 0 else { return .whole }
    if parents[Int(number)] == 0 { return FieldPath(first: name(of: number), rest: []) }
    var reversed: [String] = []
    var path = number
    while path != 0 {
      reversed.append(name(of: path))
      path = parents[Int(path)]
    }
    return FieldPath(first: reversed.last, rest: reversed.dropLast().reversed())
  }

  private func name(of path: UInt32) -> String {
    let name = Int(names[Int(path)])
    return String(decoding: bytes[Int(starts[name])..<Int(starts[name + 1])], as: UTF8.self)
  }

  /// The bytes that the names take.
  var byteCount: Int { bytes.count + 4 * (starts.count + parents.count + names.count) }
}
