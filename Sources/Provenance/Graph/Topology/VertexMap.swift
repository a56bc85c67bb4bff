import Synchronization

/// Between a node's row and its vertex.
///
/// They are the same number, and take no memory, until a run that is still open is overtaken by
/// another node; from then on 4 bytes a node each way. A row whose run is open has no vertex.
struct VertexMap: Sendable {
  static let none = UInt32.max

  private var vertices: AtomicColumn?
  private var rows = Column<NodeIndex>()
  private var vertexCount: UInt32 = 0
  private var rowCount: UInt32 = 0

  var byteCount: Int { (vertices?.byteCount ?? 0) + rows.byteCount }

  /// The vertex of a row; ``none`` for one without.
  @inline(__always)
  func vertex(of row: NodeIndex) -> Vertex {
    let vertex = if let vertices { vertices[row] } else { row }
    // A copy that was overtaken does not have the places that were given since.
    return vertex < vertexCount ? vertex : Self.none
  }

  /// The row of a vertex.
  @inline(__always)
  func row(of vertex: Vertex) -> NodeIndex { vertices == nil ? vertex : rows[vertex] }

  /// The vertices by row, for as long as this map lives and does not grow; `nil` where they are the same.
  var vertexPointer: UnsafePointer<Atomic<UInt32>>? { unsafe vertices?.pointer }

  /// Who must be asked before ``vertexPointer`` is read.
  var image: ImageGuard { vertices?.image ?? ImageGuard(nil) }

  /// Adds a row that has no vertex yet.
  mutating func addRow() {
    if vertices != nil { vertices!.append(Self.none) }
    rowCount += 1
  }

  /// Gives the next vertex to a row.
  mutating func assign(_ row: NodeIndex) -> Vertex {
    let vertex = vertexCount
    if vertices == nil, row != vertex { materialize() }
    if vertices != nil {
      vertices![row] = vertex
      rows.append(row)
    }
    vertexCount += 1
    return vertex
  }

  private mutating func materialize() {
    var column = AtomicColumn(capacity: Int(rowCount) + 8)
    for row in 0..<rowCount {
      column.append(row < vertexCount ? row : Self.none)
      if row < vertexCount { rows.append(row) }
    }
    vertices = column
  }

  func fork(rows: Int, vertices: UInt32) -> VertexMap {
    var copy = VertexMap()
    copy.rowCount = UInt32(rows)
    copy.vertexCount = vertices
    guard let all = self.vertices else { return copy }
    var column = AtomicColumn(capacity: rows)
    for row in 0..<UInt32(rows) {
      let vertex = all[row]
      column.append(vertex < vertices ? vertex : Self.none)
    }
    copy.vertices = column
    copy.rows = self.rows.fork(count: Int(vertices))
    return copy
  }
}

extension VertexMap {
  init(_ source: ImageSource, _ scalars: ImageScalars) throws(ImageError) {
    rowCount = UInt32(scalars.rows)
    vertexCount = UInt32(scalars.vertices)
    guard scalars.hasVertexMap != 0 else { return }
    let column = AtomicColumn(try source.part(.vertexOfRow, element: 4))
    rows = try source.column(.rowOfVertex, count: Int(vertexCount))
    guard column.count == rowCount else { throw ImageError(.vertexOfRow, "lacks rows") }
    vertices = column
  }

  /// Whether vertices are numbered apart from rows.
  var isMaterialized: Bool { vertices != nil }

  func write(_ sink: ImageSink) {
    var numbers: [UInt32] = []
    if vertices != nil {
      numbers.reserveCapacity(Int(rowCount))
      for row in 0..<rowCount { numbers.append(vertex(of: row)) }
    }
    sink.add(.vertexOfRow, numbers)
    sink.add(.rowOfVertex, rows)
  }
}
