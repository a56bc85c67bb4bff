/// The nodes of a graph, one row each in order of arrival, with their indexes.
struct NodeTable: Sendable {
  private(set) var ids = Column<NodeID>()
  private(set) var families = Column<UInt32>()
  private(set) var versions = TextColumn()
  private var index = HashIndex()
  private(set) var directory = FamilyDirectory()
  /// By family, its nodes.
  private var members = ChainTable()
  /// Nodes whose version is a content digest, by the first bytes of the digest: candidates.
  private(set) var contents = ContentIndex()

  /// Makes room for so many nodes.
  init(capacity: Int = 0) {
    ids = Column(capacity: capacity)
    families = Column(capacity: capacity)
    index = HashIndex(capacity: capacity)
    members = ChainTable(heads: 0, links: capacity)
  }

  var count: Int { ids.count }

  /// The bytes by component.
  var byteCounts: [(name: String, bytes: Int)] {
    [
      ("ids", ids.byteCount), ("id index", index.byteCount),
      (
        "names and versions",
        families.byteCount + versions.byteCount + members.byteCount + directory.byteCount
      ),
      ("content index", contents.byteCount),
    ]
  }

  /// The node in a row.
  subscript(row: NodeIndex) -> Node {
    let family = directory.families[families[row]]
    return Node(
      kind: family.kind, namespace: directory.strings[family.namespace],
      name: directory.strings[family.name], version: versions[row], id: ids[row])
  }

  /// The kind of the node in a row.
  func kind(of row: NodeIndex) -> NodeKind { directory.families[families[row]].kind }

  /// The row of an id.
  @inline(__always)
  func row(of id: NodeID) -> NodeIndex? {
    index.find(id.digest.w0) { ids[$0] == id }
  }

  /// Where ids are looked up, for as long as this table lives and does not grow.
  var lookup: NodeLookup {
    unsafe NodeLookup(
      ids: ids.pointer, families: families.pointer, directory: directory.families.pointer,
      index: index.reader, idImage: ids.image, familyImage: families.image,
      directoryImage: directory.families.image)
  }

  /// Adds a node that is not there yet.
  ///
  /// - Returns: Its row, and where ids are looked up from now on.
  mutating func append(_ node: Node) -> (row: NodeIndex, lookup: NodeLookup) {
    let row = NodeIndex(ids.count)
    let family = directory.intern(
      kind: node.kind, namespace: node.namespace, name: node.name)
    let ids = ids
    index.append(node.id.digest.w0) { ids[$0].digest.w0 }
    self.ids.append(node.id)
    families.append(family)
    versions.append(node.version)
    members.addHeads(upTo: directory.families.count)
    members.prepend(to: family)
    if let digest = node.contentDigest { contents.append(digest, row) }
    return (row, lookup)
  }

  /// Calls `body` with the rows of a family, newest first.
  func forEachVersion(ofFamily family: UInt32, _ body: (NodeIndex) -> Void) {
    var row = members.newest(of: family)
    while row != ChainTable.none {
      body(row)
      row = members.older(than: row)
    }
  }

  /// Calls `body` with every row whose id starts with a prefix, in no particular order.
  func forEach(matching prefix: IdentifierPrefix, _ body: (NodeIndex) -> Void) {
    let bounds = prefix.bounds
    index.forEach(from: bounds.lowerBound.w0, through: bounds.upperBound.w0) { row in
      if bounds.contains(ids[row].digest) { body(row) }
    }
  }

  func fork(count: Int) -> NodeTable {
    var copy = NodeTable()
    for row in 0..<UInt32(count) { _ = copy.append(self[row]) }
    return copy
  }
}

/// From ids to rows, for questions that count no references.
@safe
struct NodeLookup {
  private let ids: UnsafePointer<NodeID>
  private let families: UnsafePointer<UInt32>
  private let directory: UnsafePointer<FamilyDirectory.Family>
  private let index: HashReader
  private let idImage: ImageGuard
  private let familyImage: ImageGuard
  private let directoryImage: ImageGuard

  fileprivate init(
    ids: UnsafePointer<NodeID>, families: UnsafePointer<UInt32>,
    directory: UnsafePointer<FamilyDirectory.Family>, index: HashReader, idImage: ImageGuard,
    familyImage: ImageGuard, directoryImage: ImageGuard
  ) {
    self.idImage = idImage
    self.familyImage = familyImage
    self.directoryImage = directoryImage
    unsafe self.ids = ids
    unsafe self.families = families
    unsafe self.directory = directory
    self.index = index
  }

  /// The row of an id.
  @inline(__always)
  func row(of id: NodeID) -> NodeIndex? {
    index.find(id.digest.w0) {
      unsafe idImage.touch(UnsafeRawPointer(ids + Int($0)))
      return unsafe ids[Int($0)] == id
    }
  }

  /// The kind of the node in a row.
  @inline(__always)
  func kind(of row: NodeIndex) -> NodeKind {
    unsafe familyImage.touch(UnsafeRawPointer(families + Int(row)))
    let family = unsafe directory + Int(families[Int(row)])
    unsafe directoryImage.touch(UnsafeRawPointer(family))
    return unsafe family.pointee.kind
  }
}

/// Which nodes may have some content, by the first eight bytes of its digest.
///
/// 12 bytes an entry and its index.
struct ContentIndex: Sendable {
  private var prefixes = Column<UInt64>()
  private var rows = Column<NodeIndex>()
  private var index = HashIndex()

  var byteCount: Int { prefixes.byteCount + rows.byteCount + index.byteCount }

  mutating func append(_ digest: SHA256Digest, _ row: NodeIndex) {
    let prefixes = prefixes
    index.append(digest.w0) { prefixes[$0] }
    self.prefixes.append(digest.w0)
    rows.append(row)
  }

  /// Calls `body` with the rows that may have this content, with duplicates.
  func forEach(_ digest: SHA256Digest, _ body: (NodeIndex) -> Void) {
    index.forEach(from: digest.w0, through: digest.w0) { entry in
      if prefixes[entry] == digest.w0 { body(rows[entry]) }
    }
  }
}

/// The names in a graph.
///
/// A family is all versions of one name: kind, namespace and name.
struct FamilyDirectory: Sendable {
  /// Numbers of one size, so that it lies in memory without gaps.
  struct Family: Hashable, Sendable {
    private var kindNumber: UInt32
    var namespace: UInt32
    var name: UInt32

    init(kind: NodeKind, namespace: UInt32, name: UInt32) {
      kindNumber = UInt32(kind.rawValue)
      self.namespace = namespace
      self.name = name
    }

    @inline(__always)
    var kind: NodeKind { NodeKind(rawValue: UInt8(truncatingIfNeeded: kindNumber)) ?? .dataset }

    func hash(_ key: SipHash) -> UInt64 { key.hash(kindNumber, namespace, name) }
  }

  private let key: SipHash
  private(set) var strings: StringTable
  private(set) var families: Column<Family>
  private var index: HashIndex
  private var byName: ChainTable
  private var byNamespace: ChainTable

  init(key: SipHash = SipHash()) {
    self.key = key
    strings = StringTable(key: key)
    families = Column()
    index = HashIndex()
    byName = ChainTable()
    byNamespace = ChainTable()
  }

  var byteCount: Int {
    strings.byteCount + families.byteCount + index.byteCount + byName.byteCount
      + byNamespace.byteCount
  }

  mutating func intern(kind: NodeKind, namespace: String, name: String) -> UInt32 {
    let family = Family(
      kind: kind, namespace: strings.intern(namespace), name: strings.intern(name))
    let key = key
    let hash = family.hash(key)
    if let number = index.find(hash, where: { families[$0] == family }) { return number }
    let earlier = families
    index.append(hash) { earlier[$0].hash(key) }
    families.append(family)
    byName.addHeads(upTo: strings.count)
    byNamespace.addHeads(upTo: strings.count)
    byName.prepend(to: family.name)
    byNamespace.prepend(to: family.namespace)
    return UInt32(families.count - 1)
  }

  /// The families with these properties; `nil` stands for any.
  func matching(kind: NodeKind?, namespace: String?, name: String?) -> [UInt32] {
    var candidates: [UInt32]
    if let name {
      guard let number = strings.number(of: name) else { return [] }
      candidates = byName.links(of: number)
    } else if let namespace {
      guard let number = strings.number(of: namespace) else { return [] }
      candidates = byNamespace.links(of: number)
    } else {
      candidates = Array(0..<UInt32(families.count))
    }
    if let kind { candidates.removeAll { families[$0].kind != kind } }
    if let namespace {
      guard let number = strings.number(of: namespace) else { return [] }
      candidates.removeAll { families[$0].namespace != number }
    }
    return candidates
  }
}

// MARK: - Stored

extension NodeTable {
  init(_ source: ImageSource, _ scalars: ImageScalars) throws(ImageError) {
    let count = Int(scalars.rows)
    ids = try source.column(.nodeIDs, count: count)
    families = try source.column(.nodeFamilies, count: count)
    versions = try TextColumn(bytes: .versionBytes, ends: .versionEnds, source)
    index = try source.index(.nodeIndex, count: count)
    directory = try FamilyDirectory(source, key: scalars.key)
    members = try source.chains(heads: .familyHeads, links: .familyLinks, count: count)
    contents = try ContentIndex(
      prefixes: .contentPrefixes, rows: .contentRows, index: .contentIndex, source)
    guard versions.count == count, members.headCount == directory.families.count else {
      throw ImageError(.nodeIDs, "does not fit the others")
    }
  }

  func write(key: SipHash, _ sink: ImageSink) {
    sink.add(.nodeIDs, ids)
    sink.add(.nodeFamilies, families)
    versions.write(bytes: .versionBytes, ends: .versionEnds, sink)
    sink.add(.nodeIndex, HashIndex(count: count) { ids[$0].digest.w0 })
    directory.write(key: key, sink)
    sink.add(heads: .familyHeads, links: .familyLinks, members)
    contents.write(
      prefixes: .contentPrefixes, rows: .contentRows, index: .contentIndex, sink)
  }
}

extension ContentIndex {
  init(
    prefixes: ImageSection, rows: ImageSection, index: ImageSection, _ source: ImageSource
  ) throws(ImageError) {
    self.prefixes = try source.column(prefixes)
    self.rows = try source.column(rows, count: self.prefixes.count)
    self.index = try source.index(index, count: self.prefixes.count)
  }

  func write(
    prefixes: ImageSection, rows: ImageSection, index: ImageSection, _ sink: ImageSink
  ) {
    sink.add(prefixes, self.prefixes)
    sink.add(rows, self.rows)
    sink.add(index, HashIndex(count: self.prefixes.count) { self.prefixes[$0] })
  }
}

extension FamilyDirectory {
  fileprivate init(_ source: ImageSource, key: SipHash) throws(ImageError) {
    self.key = key
    strings = try StringTable(
      key: key, bytes: .nameBytes, ends: .nameEnds, index: .nameIndex, source)
    families = try source.column(.families)
    index = try source.index(.familyIndex, count: families.count)
    byName = try source.chains(
      heads: .familyByNameHeads, links: .familyByNameLinks, count: families.count)
    byNamespace = try source.chains(
      heads: .familyByNamespaceHeads, links: .familyByNamespaceLinks, count: families.count)
  }

  fileprivate func write(key: SipHash, _ sink: ImageSink) {
    strings.write(key: key, bytes: .nameBytes, ends: .nameEnds, index: .nameIndex, sink)
    sink.add(.families, families)
    sink.add(.familyIndex, HashIndex(count: families.count) { families[$0].hash(key) })
    sink.add(heads: .familyByNameHeads, links: .familyByNameLinks, byName)
    sink.add(heads: .familyByNamespaceHeads, links: .familyByNamespaceLinks, byNamespace)
  }
}
