/// Error numbers of the operating system, sorted into kinds and named for people.
package enum SystemErrno {
  /// The kind of an error number, and its reason in words.
  static func classify(_ number: Int32) -> (kind: StorageError.Kind, reason: String) {
    if let entry = table[number] { return (entry.kind, entry.reason) }
    return (.io, "the operating system gave error \(number)")
  }

  /// The number and its symbolic name, as in "EIO 5".
  static func describe(_ number: Int32) -> String {
    guard let entry = table[number] else { return "errno \(number)" }
    return "\(entry.name) \(number)"
  }

  struct Entry: Sendable {
    var name: String
    var kind: StorageError.Kind
    var reason: String
  }

  private static let table: [Int32: Entry] = {
    var table: [Int32: Entry] = [:]
    for (number, name, kind, reason) in SystemCalls.errorNumbers where table[number] == nil {
      table[number] = Entry(name: name, kind: kind, reason: reason)
    }
    return table
  }()
}
