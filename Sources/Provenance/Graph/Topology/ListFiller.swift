/// Fills the lists of both directions in two passes over the edges.
///
/// In the first, causes are packed, and it is counted where lists end; in the second, effects are placed.
@safe
struct ListFiller {
  let vertexCount: Int
  let edgeCount: Int
  /// By edge.
  let effects: UnsafePointer<UInt32>
  let causes: UnsafePointer<UInt32>
  let edgeKinds: UnsafePointer<UInt8>

  /// Packs the causes, and counts.
  ///
  /// - Parameters:
  ///   - entries: Takes the causes.
  ///   - ends: `vertexCount + 1` zeros; takes where the list of each vertex's causes starts.
  ///   - places: As many; takes behind each vertex where the list of its effects starts.
  func packCauses(
    _ entries: UnsafeMutablePointer<Entry>, ends: UnsafeMutablePointer<UInt32>,
    places: UnsafeMutablePointer<UInt32>
  ) {
    var previous: UInt64 = 0
    var isInOrder = true
    var edge = 0
    while edge < edgeCount {
      let cause = unsafe causes[edge]
      let effect = unsafe effects[edge]
      precondition(cause < effect && effect < vertexCount, "an edge leads down, between vertices")
      let place = UInt64(effect) &<< 32 | UInt64(cause)
      isInOrder = isInOrder && place >= previous
      previous = place
      unsafe entries[edge] = cause | UInt32(edgeKinds[edge]) &<< 28
      edge &+= 1
      // A store and no addition, which would wait for the one before it.
      unsafe ends[Int(effect) &+ 1] = UInt32(truncatingIfNeeded: edge)
      unsafe places[Int(cause) &+ 1] &+= 1
    }
    precondition(isInOrder, "edges stand in order")
    var end: UInt32 = 0
    var sum: UInt32 = 0
    var vertex = 0
    while vertex <= vertexCount {
      end = unsafe max(end, ends[vertex])
      unsafe ends[vertex] = end
      let added = unsafe places[vertex]
      unsafe places[vertex] = sum
      sum &+= added
      vertex &+= 1
    }
  }

  /// Places the effects.
  ///
  /// - Parameters:
  ///   - entries: The causes.
  ///   - target: Takes the effects.
  ///   - places: Behind each vertex, where the list of its effects starts; afterwards where it ends,
  ///     which is where the next one starts.
  func placeEffects(
    _ entries: UnsafePointer<Entry>, _ target: UnsafeMutablePointer<Entry>,
    places: UnsafeMutablePointer<UInt32>
  ) {
    var edge = 0
    while edge < edgeCount {
      let entry = unsafe entries[edge]
      let behind = Int(entry & Entry.vertexMask) &+ 1
      let place = unsafe places[behind]
      unsafe places[behind] = place &+ 1
      unsafe target[Int(place)] = effects[edge] | (entry & ~Entry.vertexMask)
      edge &+= 1
    }
  }
}
