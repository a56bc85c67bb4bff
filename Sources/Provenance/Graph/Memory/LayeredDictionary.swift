/// A dictionary that is cheap to change while copies of it are kept.
///
/// A few dictionaries, each at most an eighth of the size of the one before it; a change goes to the
/// last, which is all that has to be copied when it is shared. Lookup O(log n), a change amortised
/// O(log n) even if every version is kept.
struct LayeredDictionary<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private enum Entry: Sendable {
    case value(Value)
    case removed
  }

  private static var topLimit: Int { 32 }
  private var layers: [[Key: Entry]] = []
  private var top: [Key: Entry] = [:]

  subscript(key: Key) -> Value? {
    get {
      if let entry = top[key] { return Self.value(entry) }
      for layer in layers.reversed() {
        if let entry = layer[key] { return Self.value(entry) }
      }
      return nil
    }
    set {
      if let newValue {
        top[key] = .value(newValue)
      } else if layers.isEmpty {
        top[key] = nil
      } else {
        top[key] = .removed
      }
      if top.count > Self.topLimit { settle() }
    }
  }

  /// Merges the last layer into those before it that are not much larger.
  private mutating func settle() {
    var merged = top
    top = [:]
    while let layer = layers.last, layer.count < merged.count * 8 {
      layers.removeLast()
      merged = layer.merging(merged) { _, newer in newer }
    }
    if layers.isEmpty {
      merged = merged.filter { if case .removed = $0.value { false } else { true } }
    }
    layers.append(merged)
  }

  private static func value(_ entry: Entry) -> Value? {
    if case .value(let value) = entry { value } else { nil }
  }
}
