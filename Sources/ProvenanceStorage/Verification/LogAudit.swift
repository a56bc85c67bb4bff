import Provenance

/// Recomputes a log entry by entry, and names everything that does not fit.
///
/// A leaf's index is its place in the log, whatever its frame says. Where entries cannot be read the
/// tree is unknown from there on, until a later segment states it anew.
struct LogAudit {
  var report = StoreVerification()
  let depth: VerificationDepth
  /// The heads that are still to come, the smallest first.
  private var pins: ArraySlice<Pin>
  /// The tree over all entries so far; `nil` behind entries that cannot be read.
  var tree: MerkleTree? = MerkleTree()
  /// The sequence number of the next entry.
  var next: UInt64 = 0
  /// The leaf of the last commit, and its time.
  var previous: SHA256Digest?
  var time: CommitTime?
  /// Whether the commit before can be named, and how many entries came since.
  var knowsPrevious = true
  var openCount: UInt64? = 0

  /// How much the last frame said was durable, and where commits have ended since.
  private var durable: UInt64 = 0
  private var boundaries: [UInt64] = []

  private var tombstones: Set<SHA256Digest> = []
  private var erasures: [(leaf: SHA256Digest, place: Place)] = []
  /// The content digests that records name.
  private(set) var references: Set<SHA256Digest> = []

  /// A head that the log must contain, and who says so.
  struct Pin {
    var head: TreeHead
    var source: String
    /// Whether the caller gave it, and is told that it was found.
    var isGiven: Bool
  }

  struct Place {
    var path: String?
    var offset: UInt64?
    var sequence: UInt64

    var sequences: Range<UInt64> { sequence..<sequence + 1 }
  }

  init(depth: VerificationDepth, pins: [Pin]) {
    self.depth = depth
    self.pins = pins.sorted { $0.head.size < $1.head.size }[...]
    comparePins()
  }

  /// Adds a head to compare with; only before its size is reached.
  mutating func add(_ pin: Pin) {
    pins = (pins + [pin]).sorted { $0.head.size < $1.head.size }[...]
    comparePins()
  }
}

extension LogAudit {
  mutating func finding(_ kind: StoreVerification.Finding.Kind, _ message: String, _ place: Place) {
    report.report(
      .init(
        kind, message, path: place.path, offset: place.offset, sequences: place.sequences))
  }

  /// Takes the next entry.
  mutating func take(_ entry: LogEntry, path: String? = nil, offset: UInt64? = nil) {
    let place = Place(path: path, offset: offset, sequence: next)
    report.entryCount += 1
    report.entryCounts[entry.kind, default: 0] += 1
    report.headerByteCount += UInt64(entry.header.count)
    report.payloadByteCount += UInt64(entry.payload.count)
    if entry.isErased { report.erasedCount += 1 }
    if entry.kind == LogEntry.commitKind {
      take(commit: entry, place)
    } else {
      openCount = openCount.map { $0 + 1 }
      if depth >= .records { take(record: entry, place) }
    }
    tree?.append(entry.leaf)
    next += 1
    comparePins()
  }

  /// Goes on behind entries that cannot be read.
  mutating func skip(to sequence: UInt64) {
    tree = nil
    openCount = nil
    knowsPrevious = false
    next = max(next, sequence)
    comparePins()
  }

  /// Goes on behind damage from what a segment says of the log before it.
  mutating func restart(from chain: CommitChain) {
    (tree, previous, time) = (chain.tree, chain.previous, chain.time)
    (knowsPrevious, openCount) = (true, 0)
    comparePins()
  }

  /// Whether so many records can have been durable when the next frame was written: those before
  /// some commit's end, and no fewer than a frame before has said.
  mutating func isPlausible(durable count: UInt64) -> Bool {
    if count == durable { return true }
    guard count > durable, let place = boundaries.firstIndex(of: count) else {
      // Behind damage it is not known where commits have ended.
      guard tree == nil, count > durable, count <= next else { return false }
      durable = count
      return true
    }
    boundaries.removeFirst(place + 1)
    durable = count
    return true
  }

  private mutating func comparePins() {
    while let pin = pins.first, pin.head.size <= next {
      pins.removeFirst()
      let sequences = 0..<pin.head.size
      guard let tree, tree.size == pin.head.size else {
        report.report(
          .init(
            .damaged, "\(pin.source) cannot be compared: records before it cannot be read",
            sequences: sequences))
        continue
      }
      if tree.root == pin.head.root {
        if pin.isGiven { report.confirmedHeads.append(pin.head) }
      } else {
        report.report(
          .init(
            .rewritten, "the first \(pin.head.size) records are not those of \(pin.source)",
            sequences: sequences))
      }
    }
  }

  /// Ends the examination of the log.
  mutating func finish() {
    for pin in pins {
      report.report(
        .init(
          .rolledBack,
          "the log has \(next) records, \(pin.source) proves that there were \(pin.head.size)",
          sequences: next..<max(next, pin.head.size)))
    }
    pins = []
    for erasure in erasures where !tombstones.contains(erasure.leaf) {
      finding(.wrongPayload, "a payload is missing that no tombstone has erased", erasure.place)
    }
    erasures = []
    report.head = tree.map { TreeHead(size: $0.size, root: $0.root) }
  }
}

extension LogAudit {
  private mutating func take(commit entry: LogEntry, _ place: Place) {
    let record: CommitRecord
    do {
      record = try CommitRecord(decoding: entry.header)
    } catch {
      finding(.inconsistent, "a commit cannot be read: \(error)", place)
      (openCount, knowsPrevious) = (nil, false)
      return
    }
    if !entry.payload.isEmpty || entry.isErased {
      finding(.inconsistent, "a commit has a payload, which no root covers", place)
    }
    if let openCount, record.count != openCount {
      finding(
        .inconsistent, "a commit counts \(record.count) records, there are \(openCount)", place)
    }
    if record.treeSize != next {
      finding(
        .inconsistent, "a commit's tree has \(record.treeSize) leaves, there are \(next)", place)
    }
    if knowsPrevious, record.previous != previous {
      finding(.inconsistent, "a commit names another commit before it", place)
    }
    if let time, record.time < time {
      finding(.inconsistent, "a commit's time is before that of the one before it", place)
    }
    if let tree, tree.root != record.root {
      finding(.wrongRoot, "a commit's root is not that of the records before it", place)
    }
    previous = entry.leaf
    time = max(record.time, time ?? record.time)
    (openCount, knowsPrevious) = (0, true)
    boundaries.append(next + 1)
  }

  private mutating func take(record entry: LogEntry, _ place: Place) {
    let record: Record
    do throws(RecordError) {
      record = try Record(header: entry.header, payload: entry.payload)
    } catch {
      let isPayload: Bool
      switch error.kind {
      case .payloadMismatch, .malformedPayload: isPayload = true
      default: isPayload = false
      }
      finding(isPayload ? .wrongPayload : .notARecord, "\(error)", place)
      return
    }
    if record.kindNumber != entry.kind {
      finding(
        .inconsistent, "a frame says kind \(entry.kind), its record is of \(record.kindNumber)",
        place)
    }
    if record.isErased != entry.isErased {
      // A frame may say so of a record that had nothing to erase, where a tombstone names it.
      if record.isErased {
        finding(.wrongPayload, "a payload is missing and not marked as erased", place)
      } else {
        erasures.append((record.id.digest, place))
      }
    } else if record.isErased {
      erasures.append((record.id.digest, place))
    }
    note(record.content)
  }

  private mutating func note(_ content: Record.Content) {
    switch content {
    case .tombstone(let tombstone):
      tombstones.insert(tombstone.target.digest)
    case .node(let record):
      guard depth >= .artifacts, let digest = record.node.contentDigest else { return }
      references.insert(digest)
    case .annotation(let annotation):
      guard depth >= .artifacts,
        let bytes = annotation.body?.attributes[AttributeKey.contentDigest]?.bytesValue,
        let digest = SHA256Digest(bytes: bytes)
      else { return }
      references.insert(digest)
    default: break
    }
  }
}
