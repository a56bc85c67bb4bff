/// The vertices whose lists do not tell all: those with late edges or with edges that do not count,
/// as effects or as causes.
///
/// One bit a vertex and direction, once there is one. A bit may be set for something that a reader's
/// view does not show yet; the reader then looks, and finds nothing.
struct IrregularVertices: Sendable {
  private(set) var asEffect = AtomicColumn()
  private(set) var asCause = AtomicColumn()

  var isEmpty: Bool { asEffect.count == 0 }
  var byteCount: Int { asEffect.byteCount + asCause.byteCount }

  @inline(__always)
  func hasCauses(_ vertex: Vertex) -> Bool { Self.test(asEffect, vertex) }

  @inline(__always)
  func hasEffects(_ vertex: Vertex) -> Bool { Self.test(asCause, vertex) }

  @inline(__always)
  private static func test(_ words: AtomicColumn, _ vertex: Vertex) -> Bool {
    let word = vertex >> 5
    return word < words.count && words[word] & 1 << (vertex & 31) != 0
  }

  mutating func insert(effect: Vertex, cause: Vertex) {
    Self.set(&asEffect, effect)
    Self.set(&asCause, cause)
  }

  private static func set(_ words: inout AtomicColumn, _ vertex: Vertex) {
    let word = vertex >> 5
    while words.count <= word { words.append(0) }
    words[word] |= 1 << (vertex & 31)
  }

  func fork() -> IrregularVertices {
    var copy = self
    copy.asEffect = asEffect.fork(count: asEffect.count)
    copy.asCause = asCause.fork(count: asCause.count)
    return copy
  }
}
