/// Labels in memory that somebody keeps alive.
@safe
struct LabelReader {
  private let rows: UnsafePointer<RowLabel>
  private let members: UnsafePointer<UInt32>
  private let chunks: UnsafePointer<SupportChunk>
  private let chunksPerSet: Int
  private let chunkShift: UInt32
  /// 1 if equal levels contradict.
  private let levelStep: Int32
  let count: UInt32

  fileprivate init(
    _ labels: borrowing ReachabilityLabels, rows: UnsafePointer<RowLabel>,
    members: UnsafePointer<UInt32>, chunks: UnsafePointer<SupportChunk>
  ) {
    unsafe self.rows = rows
    unsafe self.members = members
    unsafe self.chunks = chunks
    chunksPerSet = labels.sets.chunksPerSet
    chunkShift = labels.sets.chunkShift
    levelStep = labels.hasExactLevels ? 1 : 0
    count = UInt32(labels.count)
  }

  /// The label of a row below `count`.
  @inline(__always)
  subscript(row: UInt32) -> RowLabel { unsafe rows[Int(row)] }

  /// Whether levels say that no path leads from one row to another.
  @inline(__always)
  func levelsForbid(_ cause: RowLabel, _ effect: RowLabel) -> Bool {
    let up = Int32(effect.level) &- Int32(cause.level) &- levelStep
    let down = Int32(cause.height) &- Int32(effect.height) &- levelStep
    return (up | down) < 0
  }

  /// Whether a path in the tree leads from one row to another, or they are the same.
  @inline(__always)
  func treeAllows(_ cause: RowLabel, _ effect: RowLabel) -> Bool {
    effect.place &- cause.place < cause.size
  }

  /// What the sets of supports say.
  @inline(__always)
  func compareSets(
    _ cause: UInt32, _ causeLabel: RowLabel, _ effect: UInt32, _ effectLabel: RowLabel
  ) -> ReachabilityLabels.Verdict {
    let width = chunksPerSet
    let causeAncestors = unsafe members + Int(causeLabel.ancestors) &* width
    let effectAncestors = unsafe members + Int(effectLabel.ancestors) &* width
    let causeDescendants = unsafe members + Int(causeLabel.descendants) &* width
    let effectDescendants = unsafe members + Int(effectLabel.descendants) &* width
    let causeColumn = Int(cause &>> chunkShift)
    let effectColumn = Int(effect &>> chunkShift)
    var common = SupportChunk()
    var column = causeColumn
    while column <= effectColumn {
      common |= unsafe chunks[Int(causeDescendants[column])] & chunks[Int(effectAncestors[column])]
      column &+= 1
    }
    if common != SupportChunk() { return .yes }
    // Whatever leads to the cause leads to the effect, if the cause does.
    var missing = SupportChunk()
    column = 0
    while column <= causeColumn {
      let part = unsafe causeAncestors[column]
      let whole = unsafe effectAncestors[column]
      if part != whole { missing |= unsafe chunks[Int(part)] & ~chunks[Int(whole)] }
      column &+= 1
    }
    if missing != SupportChunk() { return .no }
    column = effectColumn
    while column < width {
      let part = unsafe effectDescendants[column]
      let whole = unsafe causeDescendants[column]
      if part != whole { missing |= unsafe chunks[Int(part)] & ~chunks[Int(whole)] }
      column &+= 1
    }
    return missing != SupportChunk() ? .no : .unknown
  }
}

extension ReachabilityLabels {
  /// Runs something over the labels.
  @inline(__always)
  func withReader<Result>(_ body: (LabelReader) -> Result) -> Result {
    unsafe rows.withUnsafeBufferPointer { rows in
      unsafe sets.members.withUnsafeBufferPointer { members in
        unsafe sets.chunks.withUnsafeBufferPointer { chunks in
          guard let rows = rows.baseAddress, let members = members.baseAddress,
            let chunks = chunks.baseAddress
          else { preconditionFailure("a row has a label, and sets have members") }
          return body(unsafe LabelReader(self, rows: rows, members: members, chunks: chunks))
        }
      }
    }
  }

  /// What the labels of two rows say, without looking at an edge.
  ///
  /// O(supports / 256), and nearly always a few cache lines.
  ///
  /// - Parameters:
  ///   - cause: The row that may be upstream.
  ///   - effect: The row that may be downstream.
  /// - Returns: ``Verdict/unknown`` where a row has no label; ``Verdict/no`` for a row and itself.
  func verdict(_ cause: UInt32, _ effect: UInt32) -> Verdict {
    if cause >= effect { return .no }
    if effect >= count { return .unknown }
    return withReader { labels in
      let causeLabel = labels[cause]
      let effectLabel = labels[effect]
      if labels.levelsForbid(causeLabel, effectLabel) { return .no }
      if labels.treeAllows(causeLabel, effectLabel) { return .yes }
      return labels.compareSets(cause, causeLabel, effect, effectLabel)
    }
  }
}
