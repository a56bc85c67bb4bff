/// The parts of a stored graph; the numbers are for ever.
///
/// Each is an array as it lies in the memory of a little-endian machine. Hash indexes are open addressing
/// tables of row numbers, chains a head for each list and a link for each element (``ChainTable``).
enum ImageSection: UInt32, CaseIterable {
  /// ``ImageScalars``.
  case scalars = 1
  /// What few graphs have, one piece after another (``ImagePieces``).
  case pieces = 2
  /// 40 bytes a batch: position, time, and how many nodes, vertices and late edges there were.
  case epochs = 3

  case nodeIDs = 10
  case nodeIndex
  case nodeFamilies
  case versionBytes
  case versionEnds
  case familyHeads
  case familyLinks
  case families
  case familyIndex
  case nameBytes
  case nameEnds
  case nameIndex
  case familyByNameHeads
  case familyByNameLinks
  case familyByNamespaceHeads
  case familyByNamespaceLinks
  case contentPrefixes
  case contentRows
  case contentIndex

  case kinds = 40
  case causeGroups
  case causeBytes
  case causeSlots
  case effectGroups
  case effectBytes
  case roles
  case roleNameBytes
  case roleNameEnds
  case roleNameIndex
  case vertexOfRow
  case rowOfVertex
  case causalLevels
  case partLevels
  case edgeChanges
  case closings
  case closingEpochs

  case lateEffects = 60
  case lateCauses
  case lateRoles
  case lateByEffectHeads
  case lateByEffectLinks
  case lateByCauseHeads
  case lateByCauseLinks
  case lateEffectMarks
  case lateCauseMarks
  case doubtfulEffectMarks
  case doubtfulCauseMarks

  case annotationIDs = 80
  case annotationIndex
  case annotationSubjects
  case annotationEpochs
  case annotationBytes
  case annotationEnds
  case annotationNodeHeads
  case annotationNodeLinks
  case annotationNodeRows
  case annotationEdgeHeads
  case annotationEdgeLinks
  case annotationEdgeRows
  case annotatedEdges
  case annotatedEdgeIndex
  case annotationContentPrefixes
  case annotationContentRows
  case annotationContentIndex
}

/// Why a stored graph cannot be used; it is a cache, so that it is then made anew.
package struct ImageError: Error, CustomStringConvertible {
  /// What is wrong with which part.
  package let description: String

  init(_ section: ImageSection, _ reason: String) {
    description = "the part \"\(section)\" of a stored graph \(reason)"
  }
}

/// Takes the parts of a graph that is stored.
struct ImageSink {
  let body: (ImageSection, RawSpan) -> Void

  func add(_ section: ImageSection, _ bytes: UnsafeRawBufferPointer) {
    body(section, unsafe RawSpan(_unsafeBytes: bytes))
  }

  func add<Element>(_ section: ImageSection, _ column: Column<Element>) {
    unsafe column.withBytes { unsafe add(section, $0) }
  }

  func add(_ section: ImageSection, _ index: HashIndex) {
    unsafe index.withBytes { unsafe add(section, $0) }
  }

  func add(heads: ImageSection, links: ImageSection, _ chains: ChainTable) {
    unsafe chains.withBytes(
      heads: { unsafe add(heads, $0) }, older: { unsafe add(links, $0) })
  }

  func add<Element: BitwiseCopyable>(_ section: ImageSection, _ elements: [Element]) {
    unsafe elements.withUnsafeBytes { unsafe add(section, $0) }
  }
}

/// Gives the parts of a stored graph.
struct ImageSource {
  let memory: ImageMemory
  let sections: [UInt32: Range<Int>]

  /// A part.
  ///
  /// - Parameters:
  ///   - section: Which part.
  ///   - element: The bytes of an element.
  ///   - copied: Whether it is to be copied however large it is.
  /// - Returns: The part.
  /// - Throws: ``ImageError``.
  func part(
    _ section: ImageSection, element: Int, copied: Bool = false
  ) throws(ImageError) -> ImagePart {
    guard let range = sections[section.rawValue] else {
      throw ImageError(section, "is missing")
    }
    guard range.lowerBound.isMultiple(of: 64), range.count.isMultiple(of: element),
      var part = memory.part(range)
    else { throw ImageError(section, "does not lie where it can") }
    part.isCopied = copied
    return part
  }

  func column<Element>(
    _ section: ImageSection, copied: Bool = false
  ) throws(ImageError) -> Column<Element> {
    Column(try part(section, element: MemoryLayout<Element>.stride, copied: copied))
  }

  /// A column that has to have so many elements.
  func column<Element>(
    _ section: ImageSection, count: Int, copied: Bool = false
  ) throws(ImageError) -> Column<Element> {
    let column: Column<Element> = try column(section, copied: copied)
    guard column.count == count else {
      throw ImageError(section, "has \(column.count) elements, and should have \(count)")
    }
    return column
  }

  func index(_ section: ImageSection, count: Int) throws(ImageError) -> HashIndex {
    guard let index = HashIndex(try part(section, element: 4), count: count) else {
      throw ImageError(section, "is no index of \(count) rows")
    }
    return index
  }

  func chains(
    heads: ImageSection, links: ImageSection, count: Int? = nil, copied: Bool = false
  ) throws(ImageError) -> ChainTable {
    let chains = ChainTable(
      heads: try part(heads, element: 4, copied: copied),
      older: try part(links, element: 4, copied: copied))
    if let count, chains.linkCount != count {
      throw ImageError(links, "has \(chains.linkCount) links, and should have \(count)")
    }
    return chains
  }

  func marks(_ section: ImageSection) throws(ImageError) -> AtomicColumn {
    AtomicColumn(try part(section, element: 4, copied: true))
  }
}

/// Numbers of which a stored graph has one each.
struct ImageScalars {
  var version: UInt64 = 1
  var firstKey: UInt64 = 0
  var secondKey: UInt64 = 0
  var rows: UInt64 = 0
  var vertices: UInt64 = 0
  var edges: UInt64 = 0
  var knowsSlots: UInt64 = 0
  var firstRole: UInt64 = 0
  var hasVertexMap: UInt64 = 0
  var lastOrderLoss: UInt64 = 0
  var causalGap: UInt64 = 0
  var causalNext: UInt64 = 0
  var partGap: UInt64 = 0
  var partNext: UInt64 = 0
  var annotations: UInt64 = 0
  var lateEdges: UInt64 = 0

  var key: SipHash { SipHash(key: firstKey, secondKey) }

  var values: [UInt64] {
    [
      version, firstKey, secondKey, rows, vertices, edges, knowsSlots, firstRole, hasVertexMap,
      lastOrderLoss, causalGap, causalNext, partGap, partNext, annotations, lateEdges,
    ]
  }

  init() {}

  init(_ column: Column<UInt64>) throws(ImageError) {
    guard column.count == values.count, column[0] == version else {
      throw ImageError(.scalars, "is of another version")
    }
    firstKey = column[1]
    secondKey = column[2]
    rows = column[3]
    vertices = column[4]
    edges = column[5]
    knowsSlots = column[6]
    firstRole = column[7]
    hasVertexMap = column[8]
    lastOrderLoss = column[9]
    causalGap = column[10]
    causalNext = column[11]
    partGap = column[12]
    partNext = column[13]
    annotations = column[14]
    lateEdges = column[15]
    guard rows <= UInt64(Limits.nodes), vertices <= rows, edges < 1 << 32,
      annotations < 1 << 31, lateEdges < 1 << 32, causalGap < 1 << 31, partGap < 1 << 31,
      causalNext < 1 << 32, partNext < 1 << 32, lastOrderLoss < 1 << 32
    else { throw ImageError(.scalars, "has numbers that no graph has") }
  }
}
