/// Runs that may still name inputs: those that have neither ended nor made anything.
///
/// A run gets its vertex only when it ends or its first effect is recorded, so that inputs that are
/// named late stand before it. Until then nothing can lead to it, and its causes are kept here.
struct OpenRuns: Sendable {
  /// The most runs that stay open.
  ///
  /// Beyond it the oldest is given its vertex; what it names later are late edges.
  static let limit = 1024

  struct Cause: Sendable {
    var cause: NodeIndex
    var kind: EdgeKind
    var role: UInt32
    var epoch: Epoch
  }

  /// A cause of a run: a link in the list of the run, and in that of the cause.
  private struct Link: Sendable {
    var cause: Cause
    var run: NodeIndex
    /// The link of the run's cause before it.
    var older = none
    /// The links to the same cause that came after and before it.
    var previous = none
    var next = none
  }

  private static let none = UInt32.max

  /// The runs, in order of arrival.
  private(set) var rows: [NodeIndex] = []
  private var links: [Link] = []
  /// The first of the links that are not in use; they go on by `older`.
  private var free = none
  /// By run, its newest link.
  private var newestOfRun = RowMap()
  /// By cause, the newest link to it.
  private var newestOfCause = RowMap()

  var isEmpty: Bool { rows.isEmpty }
  var count: Int { rows.count }

  /// Whether a run is open.
  ///
  /// Expected O(1).
  func contains(_ row: NodeIndex) -> Bool { newestOfRun.find(row) != nil }

  /// The position of a run among the open ones.
  ///
  /// O(log of their number).
  func position(of row: NodeIndex) -> Int? {
    guard contains(row) else { return nil }
    var low = 0
    var high = rows.count
    while low < high {
      let middle = (low + high) / 2
      if rows[middle] < row { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The causes of a run, in order of arrival.
  func causes(of row: NodeIndex) -> [Cause] {
    var found: [Cause] = []
    forEachCause(of: row) { found.append($0) }
    found.reverse()
    return found
  }

  /// Calls `body` with the causes of a run, newest first.
  @inline(__always)
  func forEachCause(of row: NodeIndex, _ body: (Cause) -> Void) {
    var link = newestOfRun.find(row) ?? Self.none
    while link != Self.none {
      body(links[Int(link)].cause)
      link = links[Int(link)].older
    }
  }

  /// Whether a run names a cause in this way.
  ///
  /// O(the fewer of the run's causes and the open runs' edges to the cause).
  func contains(_ key: EdgeKey) -> Bool {
    func isIt(_ link: UInt32) -> Bool {
      let link = links[Int(link)]
      return link.run == key.effect && link.cause.cause == key.cause
        && link.cause.kind == key.kind && link.cause.role == key.role
    }
    var ofRun = newestOfRun.find(key.effect) ?? Self.none
    var ofCause = newestOfCause.find(key.cause) ?? Self.none
    while ofRun != Self.none, ofCause != Self.none {
      if isIt(ofRun) || isIt(ofCause) { return true }
      ofRun = links[Int(ofRun)].older
      ofCause = links[Int(ofCause)].next
    }
    return false
  }

  /// The open runs that name a cause, without duplicates.
  func effects(of cause: NodeIndex) -> [NodeIndex] {
    var found: [NodeIndex] = []
    var link = newestOfCause.find(cause) ?? Self.none
    while link != Self.none {
      found.append(links[Int(link)].run)
      link = links[Int(link)].next
    }
    guard found.count > 1 else { return found }
    found.sort()
    var unique: [NodeIndex] = []
    for row in found where row != unique.last { unique.append(row) }
    return unique
  }

  /// Opens a run; rows come in ascending order.
  mutating func insert(_ row: NodeIndex) {
    if let last = rows.last, last > row {
      rows.append(row)
      rows.sort()
    } else {
      rows.append(row)
    }
    newestOfRun.set(row, Self.none)
  }

  /// Adds a cause to an open run.
  ///
  /// Expected amortised O(1).
  mutating func append(_ cause: Cause, to row: NodeIndex) {
    var link = Link(cause: cause, run: row)
    link.older = newestOfRun.find(row) ?? Self.none
    link.next = newestOfCause.find(cause.cause) ?? Self.none
    let place = free == Self.none ? UInt32(links.count) : free
    if link.next != Self.none { links[Int(link.next)].previous = place }
    if free == Self.none {
      links.append(link)
    } else {
      free = links[Int(place)].older
      links[Int(place)] = link
    }
    newestOfRun.set(row, place)
    newestOfCause.set(cause.cause, place)
  }

  /// Takes a run out.
  ///
  /// - Returns: Its causes.
  mutating func remove(_ row: NodeIndex) -> [Cause] {
    var found: [Cause] = []
    remove(row) { found.append($0) }
    found.reverse()
    return found
  }

  /// Takes a run out, and calls `body` with its causes, newest first.
  ///
  /// O(its causes), and one move of numbers that are few.
  mutating func remove(_ row: NodeIndex, _ body: (Cause) -> Void) {
    guard let position = position(of: row) else { return }
    rows.remove(at: position)
    var link = newestOfRun.find(row) ?? Self.none
    newestOfRun.remove(row)
    while link != Self.none {
      let taken = links[Int(link)]
      body(taken.cause)
      if taken.next != Self.none { links[Int(taken.next)].previous = taken.previous }
      if taken.previous != Self.none {
        links[Int(taken.previous)].next = taken.next
      } else if taken.next != Self.none {
        newestOfCause.set(taken.cause.cause, taken.next)
      } else {
        newestOfCause.remove(taken.cause.cause)
      }
      links[Int(link)].older = free
      free = link
      link = taken.older
    }
  }

  /// As it was at an epoch, as far as runs that are still open go.
  func asOf(_ epoch: Epoch, rowEnd: NodeIndex) -> OpenRuns {
    var earlier = OpenRuns()
    for row in rows where row < rowEnd {
      earlier.insert(row)
      for cause in causes(of: row) where cause.epoch <= epoch { earlier.append(cause, to: row) }
    }
    return earlier
  }
}

/// The runs that were open for more than a batch and are not any more, in the order in which they got
/// their vertices: what views of earlier positions need to know.
struct ClosedRuns: Sendable {
  struct Closing: Sendable {
    var row: NodeIndex
    var vertex: Vertex
    var epoch: Epoch
    /// Where its edges' epochs start, in the order of its list.
    var epochStart: UInt32
  }

  private(set) var closings = Column<Closing>()
  private(set) var edgeEpochs = Column<Epoch>()

  var byteCount: Int { closings.byteCount + edgeEpochs.byteCount }

  mutating func append(
    row: NodeIndex, vertex: Vertex, epoch: Epoch, edgeEpochs: some Sequence<Epoch>
  ) {
    closings.append(
      Closing(row: row, vertex: vertex, epoch: epoch, epochStart: UInt32(self.edgeEpochs.count)))
    for epoch in edgeEpochs { self.edgeEpochs.append(epoch) }
  }

  /// The number of closings up to an epoch.
  func count(at epoch: Epoch) -> Int {
    closings.prefixCount { $0.epoch <= epoch }
  }

  func fork(at epoch: Epoch) -> ClosedRuns {
    let count = count(at: epoch)
    var copy = ClosedRuns()
    copy.closings = closings.fork(count: count)
    let edges = count < closings.count ? Int(closings[count].epochStart) : edgeEpochs.count
    copy.edgeEpochs = edgeEpochs.fork(count: edges)
    return copy
  }
}

extension ClosedRuns {
  init(_ source: ImageSource) throws(ImageError) {
    closings = try source.column(.closings)
    edgeEpochs = try source.column(.closingEpochs)
  }

  func write(_ sink: ImageSink) {
    sink.add(.closings, closings)
    sink.add(.closingEpochs, edgeEpochs)
  }
}
