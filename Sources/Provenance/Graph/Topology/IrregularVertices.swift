/// The vertices whose lists do not tell all, as effects or as causes: those with late edges, and those
/// with edges that have not always counted.
///
/// One bit a vertex and direction, once there is one. A bit may be set for something that a reader's
/// view does not show yet; the reader then looks, and finds nothing.
struct IrregularVertices: Sendable {
  /// Effects and causes of late edges.
  private(set) var lateEffects = VertexMarks()
  private(set) var lateCauses = VertexMarks()
  /// Effects and causes of edges that have a status.
  private(set) var doubtfulEffects = VertexMarks()
  private(set) var doubtfulCauses = VertexMarks()

  var byteCount: Int {
    lateEffects.byteCount + lateCauses.byteCount + doubtfulEffects.byteCount
      + doubtfulCauses.byteCount
  }

  mutating func insertLate(effect: Vertex, cause: Vertex) {
    lateEffects.insert(effect)
    lateCauses.insert(cause)
  }

  mutating func insertDoubtful(effect: Vertex, cause: Vertex) {
    doubtfulEffects.insert(effect)
    doubtfulCauses.insert(cause)
  }

  func fork() -> IrregularVertices {
    var copy = self
    copy.lateEffects = lateEffects.fork()
    copy.lateCauses = lateCauses.fork()
    copy.doubtfulEffects = doubtfulEffects.fork()
    copy.doubtfulCauses = doubtfulCauses.fork()
    return copy
  }
}

/// A bit for each vertex, in the manner of ``AtomicColumn``.
struct VertexMarks: Sendable {
  private(set) var words = AtomicColumn()

  var isEmpty: Bool { words.count == 0 }
  var byteCount: Int { words.byteCount }

  @inline(__always)
  func contains(_ vertex: Vertex) -> Bool {
    let word = vertex >> 5
    return word < words.count && words[word] & 1 << (vertex & 31) != 0
  }

  mutating func insert(_ vertex: Vertex) {
    let word = vertex >> 5
    while words.count <= word { words.append(0) }
    words[word] |= 1 << (vertex & 31)
  }

  func fork() -> VertexMarks {
    var copy = self
    copy.words = words.fork(count: words.count)
    return copy
  }
}

extension IrregularVertices {
  init(_ source: ImageSource) throws(ImageError) {
    lateEffects = VertexMarks(try source.marks(.lateEffectMarks))
    lateCauses = VertexMarks(try source.marks(.lateCauseMarks))
    doubtfulEffects = VertexMarks(try source.marks(.doubtfulEffectMarks))
    doubtfulCauses = VertexMarks(try source.marks(.doubtfulCauseMarks))
  }

  func write(below vertexCount: Int, _ sink: ImageSink) {
    sink.add(.lateEffectMarks, lateEffects.words(below: vertexCount))
    sink.add(.lateCauseMarks, lateCauses.words(below: vertexCount))
    sink.add(.doubtfulEffectMarks, doubtfulEffects.words(below: vertexCount))
    sink.add(.doubtfulCauseMarks, doubtfulCauses.words(below: vertexCount))
  }
}

extension VertexMarks {
  fileprivate init(_ words: AtomicColumn) { self.words = words }

  /// The marks of the first vertices; what a later copy marked may be among them.
  fileprivate func words(below vertexCount: Int) -> [UInt32] {
    (0..<min(words.count, (vertexCount + 31) / 32)).map { words[UInt32($0)] }
  }
}
