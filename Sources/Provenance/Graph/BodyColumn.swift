/// What annotations say, a row each; `nil` where it was erased or never arrived.
///
/// Those of a stored graph are payloads as records have them, decoded whenever they are looked at.
struct BodyColumn: Sendable {
  private var stored = ByteListColumn()
  /// What became of stored rows since.
  private var changed: [UInt32: Annotation.Body?] = [:]
  private var bodies = Column<Annotation.Body?>()

  var byteCount: Int { stored.byteCount + bodies.byteCount }
  var count: Int { stored.count + bodies.count }

  subscript(row: UInt32) -> Annotation.Body? {
    guard row < stored.count else { return bodies[row - UInt32(stored.count)] }
    if !changed.isEmpty, let body = changed[row] { return body }
    if stored.isEmpty(row) { return nil }
    return unsafe stored.withBytes(row) { unsafe Annotation.Body(payload: [UInt8]($0)) }
  }

  mutating func append(_ body: Annotation.Body?) { bodies.append(body) }

  /// Replaces what a row says; other copies keep theirs.
  ///
  /// O(n).
  mutating func replace(_ row: UInt32, with body: Annotation.Body?) {
    if row < stored.count {
      changed[row] = .some(body)
    } else {
      bodies.replace(row - UInt32(stored.count), with: body)
    }
  }
}

extension BodyColumn {
  init(_ source: ImageSource) throws(ImageError) {
    stored = try ByteListColumn(bytes: .annotationBytes, ends: .annotationEnds, source)
  }

  func write(_ sink: ImageSink) {
    var lists = ByteListColumn()
    for row in 0..<UInt32(count) {
      if row < stored.count, changed.isEmpty || changed[row] == nil {
        unsafe stored.withBytes(row) { unsafe lists.append($0) }
      } else {
        unsafe (self[row]?.payload ?? []).withUnsafeBufferPointer { unsafe lists.append($0) }
      }
    }
    lists.write(bytes: .annotationBytes, ends: .annotationEnds, sink)
  }
}
