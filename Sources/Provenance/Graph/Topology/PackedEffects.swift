/// Who was made from whom, for the first vertices of a topology, in arrays that never change: the
/// effects of each among those vertices, in ascending order.
///
/// 4 bytes a vertex and 4 bytes an edge.
@safe
final class PackedEffects: @unchecked Sendable {
  /// The number of vertices that have a list.
  let vertexCount: Int
  let entryCount: Int
  /// Vertices from here on may be effects that are not in the arrays.
  let effectEnd: Int
  private let start: UnsafeMutablePointer<UInt32>
  private let entries: UnsafeMutablePointer<UInt32>

  private init(vertexCount: Int, entryCount: Int, effectEnd: Int) {
    self.vertexCount = vertexCount
    self.effectEnd = effectEnd
    self.entryCount = entryCount
    // One entry more, so that a reader may touch the one behind a list.
    unsafe start = UnsafeMutablePointer.allocate(capacity: vertexCount + 1)
    unsafe entries = UnsafeMutablePointer.allocate(capacity: entryCount + 1)
    unsafe entries[entryCount] = 0
  }

  /// Of no vertices.
  ///
  /// - Parameter sealedVertices: How many vertices have their effects among themselves elsewhere.
  convenience init(behind sealedVertices: Int = 0) {
    self.init(vertexCount: 0, entryCount: 0, effectEnd: sealedVertices)
    unsafe start[0] = 0
  }

  /// Of all vertices of a topology.
  ///
  /// - Parameters:
  ///   - vertexCount: The number of vertices.
  ///   - entryCount: The number of edges.
  ///   - body: Fills `vertexCount + 1` offsets and the entries.
  convenience init(
    vertexCount: Int, entryCount: Int,
    _ body: (UnsafeMutablePointer<UInt32>, UnsafeMutablePointer<UInt32>) -> Void
  ) {
    self.init(vertexCount: vertexCount, entryCount: entryCount, effectEnd: vertexCount)
    unsafe body(start, entries)
  }

  deinit {
    unsafe start.deallocate()
    unsafe entries.deallocate()
  }

  /// The bytes of both arrays.
  var byteCount: Int { 4 * (vertexCount + 1 + entryCount) }

  /// `vertexCount + 1` offsets, for as long as this object lives.
  var startPointer: UnsafePointer<UInt32> { unsafe UnsafePointer(start) }
  /// The entries, for as long as this object lives.
  var entryPointer: UnsafePointer<UInt32> { unsafe UnsafePointer(entries) }

  /// The number of effects of a vertex below ``vertexCount``.
  @inline(__always)
  func count(of vertex: Vertex) -> Int {
    precondition(vertex < vertexCount)
    return Int(unsafe start[Int(vertex) + 1] - start[Int(vertex)])
  }

  /// Whether an entry of a vertex below ``vertexCount`` satisfies a condition.
  func contains(of vertex: Vertex, where matches: (Entry) -> Bool) -> Bool {
    precondition(vertex < vertexCount)
    var position = Int(unsafe start[Int(vertex)])
    let end = Int(unsafe start[Int(vertex) + 1])
    while position < end {
      if matches(unsafe entries[position]) { return true }
      position += 1
    }
    return false
  }

  /// Calls `body` with each entry of a vertex below ``vertexCount``.
  @inline(__always)
  func forEach(of vertex: Vertex, _ body: (Entry) -> Void) {
    precondition(vertex < vertexCount)
    var position = Int(unsafe start[Int(vertex)])
    let end = Int(unsafe start[Int(vertex) + 1])
    while position < end {
      body(unsafe entries[position])
      position += 1
    }
  }
}

extension PackedEffects {
  /// These arrays, continued to all vertices that there are now.
  ///
  /// Lists are copied in one sweep; the new edges are counted, then placed. O(vertices + edges).
  ///
  /// - Parameters:
  ///   - causeStart: Where the causes of each vertex start, and one more.
  ///   - causeEntries: The causes.
  ///   - first: The vertex whose causes are the first.
  /// - Returns: The effects of all vertices.
  func extended(
    causeStart: Column<UInt32>, causeEntries: Column<Entry>, first: Int
  ) -> PackedEffects {
    let count = first + causeStart.count - 1
    let total = causeEntries.count
    let from = Int(causeStart[effectEnd - first])
    let result = PackedEffects(
      vertexCount: count, entryCount: entryCount + total - from, effectEnd: count)
    let old = vertexCount
    unsafe causeStart.withPointer(to: 0..<causeStart.count) { causeStart in
      unsafe causeEntries.withPointer(to: 0..<total) { causes in
        let next = unsafe result.start
        unsafe next.initialize(repeating: 0, count: count + 1)
        var position = from
        while position < total {
          unsafe next[Int(causes[position] & Entry.vertexMask)] &+= 1
          position &+= 1
        }
        // Where the new part of each list starts; the list before it is copied on the way.
        var sum: UInt32 = 0
        var vertex = 0
        while vertex < old {
          let added = unsafe next[vertex]
          var source = Int(unsafe start[vertex])
          let end = Int(unsafe start[vertex &+ 1])
          while source < end {
            unsafe result.entries[Int(sum)] = unsafe entries[source]
            sum &+= 1
            source &+= 1
          }
          unsafe next[vertex] = sum
          sum &+= added
          vertex &+= 1
        }
        while vertex < count {
          let added = unsafe next[vertex]
          unsafe next[vertex] = sum
          sum &+= added
          vertex &+= 1
        }
        position = from
        vertex = effectEnd
        while vertex < count {
          let end = Int(unsafe causeStart[vertex &- first &+ 1])
          let effect = UInt32(truncatingIfNeeded: vertex)
          while position < end {
            let entry = unsafe causes[position]
            let cause = Int(entry & Entry.vertexMask)
            let place = unsafe next[cause]
            unsafe result.entries[Int(place)] = effect | (entry & ~Entry.vertexMask)
            unsafe next[cause] = place &+ 1
            position &+= 1
          }
          vertex &+= 1
        }
        // Each offset now stands at its list's end, which is where the next one starts.
        vertex = count
        while vertex > 0 {
          unsafe next[vertex] = unsafe next[vertex &- 1]
          vertex &-= 1
        }
        unsafe next[0] = 0
      }
    }
    return result
  }
}
