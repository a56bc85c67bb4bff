/// One walk over the fields of a graph, in breadth-first order.
///
/// A node that no mapping names has no number; its whole gets one for the walk, behind the others.
struct FieldWalk {
  let fields: FieldGraph
  let adjacency: FieldAdjacency
  let isUpstream: Bool
  private let query: FieldQuery
  /// Whether unexplained fields lead on to the nodes behind them.
  let isAssuming: Bool
  let allowed: UInt32
  /// Ways that are followed but for masking.
  let masking: UInt32
  let steps: NodeSteps

  /// What was reached, in order; starts come first, without numbers of their own.
  var reached: [Reached] = []
  /// For each of these, where it was reached from.
  ///
  /// Fewer where the last of them were reached by ``sweep()``.
  private(set) var origins: [Int32] = []
  private(set) var startCount = 0
  private(set) var extras: [NodeID] = []
  private var extraNumbers: [NodeID: UInt32] = [:]
  var incompleteness: Incompleteness = []
  /// Fields that mappings do not explain; those without a number by name.
  var gaps: [UInt32] = []
  var otherGaps: [Field] = []
  var masked: [UInt32] = []

  var seen: FieldMarks
  var scanned: FieldMarks
  /// Reached as themselves alone, without what lies inside them.
  private var exact: Set<UInt32> = []
  var steppedFrom: Set<NodeID> = []
  var gapNodes: Set<NodeID> = []
  private var edgesLeft: Int
  private var fieldsLeft: Int
  private var depth = 0
  var position = 0

  /// A field that was reached: its number below two flags.
  struct Reached {
    private let bits: UInt32

    init(field: UInt32, isExact: Bool = false, isRepeated: Bool = false) {
      bits = field & 0x3fff_ffff | (isExact ? 1 << 31 : 0) | (isRepeated ? 1 << 30 : 0)
    }

    var field: UInt32 { bits & 0x3fff_ffff }
    /// Whether what lies inside it was not reached with it.
    var isExact: Bool { bits & 1 << 31 != 0 }
    /// Whether it was reached before, exactly.
    var isRepeated: Bool { bits & 1 << 30 != 0 }
  }

  /// Where a walk starts: a field that need not have a number.
  struct Start {
    var field: Field
    /// The smallest numbered field that contains it; ``FieldGraph/none`` for a node without fields.
    var container: UInt32
    /// The numbered fields inside it.
    var inside: Range<UInt32>

    var hasNumber: Bool { inside.lowerBound == container }
  }

  init(
    _ fields: FieldGraph, _ steps: NodeSteps, isUpstream: Bool, _ query: FieldQuery,
    isAssuming: Bool
  ) {
    self.fields = fields
    self.steps = steps
    self.isUpstream = isUpstream
    self.query = query
    self.isAssuming = isAssuming
    adjacency = isUpstream ? fields.upstream : fields.downstream
    allowed = FieldWays.followed(query)
    masking = FieldWays.bits(query.kinds) & ~allowed
    edgesLeft = query.limits.edges
    fieldsLeft = query.limits.nodes
    seen = FieldMarks(bound: fields.count)
    scanned = FieldMarks(bound: fields.count)
  }
}

extension FieldWalk {
  /// Walks until nothing is left, or `isDone` says of a field just reached that it is enough.
  ///
  /// Where neither that nor a bound has to be looked at, a large rest is walked by ``sweep()``.
  mutating func run(
    from starts: [Start], until isDone: ((UInt32, [NodeID]) -> Bool)? = nil
  ) {
    let isPlain = isDone == nil && !isAssuming && query.limits == .none
    startCount = starts.count
    for start in starts {
      if start.container == FieldGraph.none {
        _ = numberAnew(start.field.node)
      } else if start.hasNumber {
        _ = seen.insert(start.container)
      }
      reached.append(Reached(field: start.container))
      origins.append(-1)
    }
    for start in starts {
      expand(start)
      position += 1
    }
    depth = 1
    var checked = starts.count
    var levelEnd = reached.count
    while true {
      if isPlain, seen.isBitmap {
        sweep()
        break
      }
      while let isDone, checked < reached.count {
        if isDone(reached[checked].field, extras) { return }
        checked += 1
      }
      guard position < reached.count, !incompleteness.contains(.edgeLimit) else { break }
      if position == levelEnd {
        depth += 1
        levelEnd = reached.count
      }
      if (position - startCount) & 1023 == 0, let deadline = query.limits.deadline,
        ContinuousClock.now >= deadline
      {
        incompleteness.insert(.deadline)
        break
      }
      expand(reached[position])
      position += 1
    }
    masked = Set(masked).filter { !seen.contains($0) && !exact.contains($0) }.sorted()
  }

  private mutating func expand(_ start: Start) {
    if start.container == FieldGraph.none {
      look(atOther: start.field)
      return
    }
    if start.hasNumber {
      look(at: start.container)
    } else {
      look(atUnnumbered: start.field, inside: start.container)
    }
    scanContainers(from: start.container)
    scan(start.inside)
  }

  private mutating func expand(_ item: Reached) {
    let field = item.field
    if Int(field) >= fields.count {
      look(atOther: Field(extras[Int(field) - fields.count]))
      return
    }
    if !item.isRepeated { look(at: field) }
    scanContainers(from: field)
    if !item.isExact, fields.ends[Int(field)] > field + 1 {
      scan(field + 1..<fields.ends[Int(field)])
    }
  }

  /// Follows the list of a field and of all that contain it.
  @inline(__always)
  private mutating func scanContainers(from field: UInt32) {
    var container = field
    // Whoever scanned a list has scanned, or is about to, those of what contains its field.
    while container != FieldGraph.none, scanned.insert(container) {
      scan(container)
      container = fields.parents[Int(container)]
    }
  }

  private mutating func scan(_ range: Range<UInt32>) {
    for field in range where scanned.insert(field) { scan(field) }
  }

  @inline(__always)
  private mutating func scan(_ field: UInt32) {
    var range = adjacency.range(field)
    if isUpstream, fields.flags[Int(field)].contains(.unknownInput) {
      incompleteness.insert(.pendingEdges)
    }
    if range.count > edgesLeft {
      incompleteness.insert(.edgeLimit)
      range = range.prefix(edgesLeft)
    }
    edgesLeft -= range.count
    for place in range {
      let entry = adjacency.entries[place]
      let other = FieldAdjacency.field(entry)
      if entry & allowed == 0 {
        if entry & masking != 0 { masked.append(other) }
      } else {
        reach(other)
      }
    }
  }

  /// Adds a field with all that lies inside it.
  mutating func reach(_ field: UInt32) {
    guard !seen.contains(field) else { return }
    let wasExact = !exact.isEmpty && exact.contains(field)
    guard wasExact ? canGoOn() : canReach() else { return }
    _ = seen.insert(field)
    reached.append(Reached(field: field, isRepeated: wasExact))
    origins.append(Int32(truncatingIfNeeded: position))
  }

  /// Adds a field without what lies inside it.
  mutating func reachExactly(_ field: UInt32) {
    guard !seen.contains(field), !exact.contains(field), canReach() else { return }
    exact.insert(field)
    reached.append(Reached(field: field, isExact: true))
    origins.append(Int32(truncatingIfNeeded: position))
  }

  /// Adds a node that no mapping names.
  mutating func reach(unnumbered node: NodeID) {
    guard extraNumbers[node] == nil, canReach() else { return }
    reached.append(Reached(field: numberAnew(node)))
    origins.append(Int32(truncatingIfNeeded: position))
  }

  private mutating func numberAnew(_ node: NodeID) -> UInt32 {
    let number = UInt32(fields.count + extras.count)
    extraNumbers[node] = number
    extras.append(node)
    return number
  }

  private mutating func canGoOn() -> Bool {
    if depth >= query.limits.depth { incompleteness.insert(.depthLimit) }
    return depth < query.limits.depth
  }

  private mutating func canReach() -> Bool {
    guard canGoOn() else { return false }
    if fieldsLeft <= 0 {
      incompleteness.insert(.nodeLimit)
      return false
    }
    fieldsLeft -= 1
    return true
  }
}
