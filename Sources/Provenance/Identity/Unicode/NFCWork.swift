/// One normalization: decompose, order the marks, compose (UAX #15 section 1.3).
struct NFCWork {
  private let properties = UnicodeProperties.shared
  private let text: String
  private var scalars: [UInt32] = []
  private var classes: [UInt8] = []
  /// Scalars visited in all phases.
  private(set) var steps = 0

  init(_ text: String) {
    self.text = text
    let capacity = text.utf8.count
    scalars.reserveCapacity(capacity)
    classes.reserveCapacity(capacity)
  }

  mutating func run() -> String {
    for scalar in text.unicodeScalars { decompose(scalar.value) }
    order()
    compose()
    var result = String.UnicodeScalarView()
    for scalar in scalars {
      // Tables and arithmetic yield scalars only.
      result.append(Unicode.Scalar(scalar) ?? "\u{fffd}")
    }
    return String(result)
  }

  private mutating func append(_ scalar: UInt32, _ combiningClass: UInt8) {
    steps += 1
    scalars.append(scalar)
    classes.append(combiningClass)
  }

  private mutating func decompose(_ scalar: UInt32) {
    if Hangul.syllables.contains(scalar) {
      let (lead, vowel, trail) = Hangul.decomposition(of: scalar)
      append(lead, 0)
      append(vowel, 0)
      if trail != 0 { append(trail, 0) }
      return
    }
    let entry = properties[scalar]
    guard entry.decomposes else { return append(scalar, entry.combiningClass) }
    // Mappings nest at most four deep, in their first part or in their second.
    var pending = [scalar]
    while let next = pending.popLast() {
      let entry = properties[next]
      if entry.decomposes {
        let (first, second) = properties.decomposition(of: next)
        if second != 0 { pending.append(second) }
        pending.append(first)
      } else {
        append(next, entry.combiningClass)
      }
    }
  }

  /// Sorts each run of marks by class, equal classes in their order.
  private mutating func order() {
    var start = 0
    while start < scalars.count {
      guard classes[start] != 0 else {
        start += 1
        continue
      }
      var end = start + 1
      var isSorted = true
      while end < scalars.count, classes[end] != 0 {
        if classes[end] < classes[end - 1] { isSorted = false }
        end += 1
      }
      steps += end - start
      if !isSorted { sort(start..<end) }
      start = end
    }
  }

  private mutating func sort(_ run: Range<Int>) {
    if run.count <= 16 {
      for index in run.dropFirst() {
        let (scalar, key) = (scalars[index], classes[index])
        var place = index
        while place > run.lowerBound, classes[place - 1] > key {
          scalars[place] = scalars[place - 1]
          classes[place] = classes[place - 1]
          place -= 1
          steps += 1
        }
        scalars[place] = scalar
        classes[place] = key
      }
      return
    }
    // A counting sort: linear even for a megabyte of marks behind one letter.
    var starts = [Int](repeating: 0, count: 257)
    for index in run { starts[Int(classes[index]) + 1] += 1 }
    for key in 1...256 { starts[key] += starts[key - 1] }
    let marks = Array(scalars[run])
    let keys = Array(classes[run])
    for (mark, key) in zip(marks, keys) {
      let place = run.lowerBound + starts[Int(key)]
      scalars[place] = mark
      classes[place] = key
      starts[Int(key)] += 1
      steps += 1
    }
  }

  private mutating func compose() {
    var count = 0
    var starter: Int?
    /// The class of the last scalar that stands between the starter and the next one.
    var last: UInt8?
    for index in scalars.indices {
      steps += 1
      let scalar = scalars[index]
      let key = classes[index]
      if let starter, last.map({ $0 < key }) ?? true, let composed = pair(scalars[starter], scalar)
      {
        scalars[starter] = composed
        continue
      }
      if key == 0 {
        starter = count
        last = nil
      } else {
        last = key
      }
      scalars[count] = scalar
      count += 1
    }
    scalars.removeLast(scalars.count - count)
    classes.removeAll()
  }

  private func pair(_ first: UInt32, _ second: UInt32) -> UInt32? {
    guard properties[second].mayCompose else { return nil }
    return Hangul.composition(first, second) ?? properties.composition(first, second)
  }
}
