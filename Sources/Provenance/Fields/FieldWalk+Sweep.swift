/// The arrays of a field graph as memory, for the one loop that must be fast.
@unsafe
struct FieldTables {
  let starts: UnsafePointer<UInt32>
  let entries: UnsafePointer<UInt32>
  let parents: UnsafePointer<UInt32>
  let ends: UnsafePointer<UInt32>
  let flags: UnsafePointer<FieldFlags>
}

extension FieldWalk {
  /// Walks on from what was reached until nothing is left, without looking at bounds.
  ///
  /// Every field is below the count that all arrays and bitmaps have room for: the builder numbers
  /// them so, and nothing changes them later.
  mutating func sweep() {
    let fields = fields
    let adjacency = adjacency
    unsafe adjacency.starts.withUnsafeBufferPointer { starts in
      unsafe adjacency.entries.withUnsafeBufferPointer { entries in
        unsafe fields.parents.withUnsafeBufferPointer { parents in
          unsafe fields.ends.withUnsafeBufferPointer { ends in
            unsafe fields.flags.withUnsafeBufferPointer { flags in
              guard let starts = starts.baseAddress, let entries = entries.baseAddress,
                let parents = parents.baseAddress, let ends = ends.baseAddress,
                let flags = flags.baseAddress
              else { return }
              unsafe sweep(
                FieldTables(
                  starts: starts, entries: entries, parents: parents, ends: ends, flags: flags))
            }
          }
        }
      }
    }
  }

  private mutating func sweep(_ tables: FieldTables) {
    let old = reached
    let (first, allowed, masking) = (position, allowed, masking)
    let room = startCount + fields.count + 1
    var flagged: [UInt32] = []
    var stopped: [UInt32] = []
    var listFlags: UInt8 = 0
    var seen = seen
    var scanned = scanned
    // Their only holders, so that no bitmap is copied.
    self.seen = FieldMarks(bound: 0)
    self.scanned = FieldMarks(bound: 0)
    seen.withBitmap { seenWords in
      scanned.withBitmap { scannedWords in
        unsafe seenWords.withUnsafeMutableBufferPointer { seenBuffer in
          unsafe scannedWords.withUnsafeMutableBufferPointer { scannedBuffer in
            reached = unsafe [Reached](unsafeUninitializedCapacity: room) { queue, count in
              guard let seen = seenBuffer.baseAddress, let scanned = scannedBuffer.baseAddress
              else { return }
              for (place, item) in old.enumerated() {
                unsafe queue.initializeElement(at: place, to: item)
              }
              count = old.count
              var next = first
              func scan(_ list: UInt32) {
                listFlags |= unsafe tables.flags[Int(list)].rawValue
                var place = unsafe Int(tables.starts[Int(list)])
                let end = unsafe Int(tables.starts[Int(list) + 1])
                while place < end {
                  let entry = unsafe tables.entries[place]
                  place += 1
                  let other = FieldAdjacency.field(entry)
                  if entry & allowed == 0 {
                    if entry & masking != 0 { stopped.append(other) }
                    continue
                  }
                  let bit: UInt64 = 1 << UInt64(other & 63)
                  let word = unsafe seen[Int(other >> 6)]
                  unsafe seen[Int(other >> 6)] = word | bit
                  // Stored always, kept if new: a branch would be mispredicted every other time.
                  unsafe queue.initializeElement(at: count, to: Reached(field: other))
                  count += word & bit == 0 ? 1 : 0
                }
              }
              func isNew(_ list: UInt32) -> Bool {
                let bit: UInt64 = 1 << UInt64(list & 63)
                let word = unsafe scanned[Int(list >> 6)]
                unsafe scanned[Int(list >> 6)] = word | bit
                return word & bit == 0
              }
              while next < count {
                let field = unsafe queue[next].field
                next += 1
                if unsafe !tables.flags[Int(field)].isEmpty { flagged.append(field) }
                var container = field
                while container != FieldGraph.none, isNew(container) {
                  scan(container)
                  container = unsafe tables.parents[Int(container)]
                }
                var inside = field + 1
                let end = unsafe tables.ends[Int(field)]
                while inside < end {
                  if isNew(inside) { scan(inside) }
                  inside += 1
                }
              }
            }
          }
        }
      }
    }
    self.seen = seen
    self.scanned = scanned
    position = reached.count
    masked += stopped
    if isUpstream, FieldFlags(rawValue: listFlags).contains(.unknownInput) {
      incompleteness.insert(.pendingEdges)
    }
    for field in flagged { look(at: field) }
  }
}
