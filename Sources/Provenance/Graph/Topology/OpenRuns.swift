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

  /// The runs, in order of arrival.
  private(set) var rows: [NodeIndex] = []
  private var causes: [NodeIndex: [Cause]] = [:]
  /// For each cause the open runs that name it, once for each edge.
  private var effects: [NodeIndex: [NodeIndex]] = [:]

  var isEmpty: Bool { rows.isEmpty }
  var count: Int { rows.count }

  func contains(_ row: NodeIndex) -> Bool { causes[row] != nil }

  /// The position of a run among the open ones.
  func position(of row: NodeIndex) -> Int? {
    guard causes[row] != nil else { return nil }
    var low = 0
    var high = rows.count
    while low < high {
      let middle = (low + high) / 2
      if rows[middle] < row { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func causes(of row: NodeIndex) -> [Cause] { causes[row] ?? [] }

  /// The open runs that name a cause, without duplicates.
  func effects(of cause: NodeIndex) -> [NodeIndex] {
    guard let found = effects[cause] else { return [] }
    var unique: [NodeIndex] = []
    for row in found where !unique.contains(row) { unique.append(row) }
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
    causes[row] = []
  }

  mutating func append(_ cause: Cause, to row: NodeIndex) {
    causes[row, default: []].append(cause)
    effects[cause.cause, default: []].append(row)
  }

  /// Takes a run out.
  ///
  /// - Returns: Its causes.
  mutating func remove(_ row: NodeIndex) -> [Cause] {
    guard let position = position(of: row), let found = causes.removeValue(forKey: row) else {
      return []
    }
    rows.remove(at: position)
    for cause in found {
      if effects[cause.cause]?.count == 1 {
        effects[cause.cause] = nil
      } else if let place = effects[cause.cause]?.firstIndex(of: row) {
        effects[cause.cause]?.remove(at: place)
      }
    }
    return found
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

  mutating func append(row: NodeIndex, vertex: Vertex, epoch: Epoch, edgeEpochs: [Epoch]) {
    closings.append(
      Closing(row: row, vertex: vertex, epoch: epoch, epochStart: UInt32(self.edgeEpochs.count)))
    for epoch in edgeEpochs { self.edgeEpochs.append(epoch) }
  }

  /// The number of closings up to an epoch.
  func count(at epoch: Epoch) -> Int {
    var low = 0
    var high = closings.count
    while low < high {
      let middle = (low + high) / 2
      if closings[middle].epoch <= epoch { low = middle + 1 } else { high = middle }
    }
    return low
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
