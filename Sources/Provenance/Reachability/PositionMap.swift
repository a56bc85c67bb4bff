/// Gives rows positions, so that rows that share their past lie together.
///
/// Positions are handed out by cluster in extents that grow with the cluster: 64 positions, then
/// whole cells of 512, then whole subtrees of 8,192. A set of ancestors is then made of few
/// cells, many of them full, whatever order the rows came in.
struct PositionMap: Sendable {
  static let none = UInt32.max

  /// The row at each position; `none` where there is no row yet.
  private(set) var rows: [UInt32] = []
  /// The cluster of each block of 64 positions.
  private(set) var clusterOfBlock: [UInt32] = []
  private var clusters: [Cluster] = []
  private var small = Extent(next: 0, end: 0)
  private var medium = Extent(next: 0, end: 0)

  private struct Extent {
    var next: UInt32
    var end: UInt32
  }

  private struct Cluster {
    var extent = Extent(next: 0, end: 0)
    var size = 0
  }

  init() {}

  var byteCount: Int {
    (rows.count + clusterOfBlock.count) * MemoryLayout<UInt32>.stride
      + clusters.count * MemoryLayout<Cluster>.stride
  }

  /// The cluster of a position.
  @inline(__always)
  func cluster(of position: UInt32) -> UInt32 { clusterOfBlock[Int(position &>> 6)] }

  mutating func addCluster() -> UInt32 {
    clusters.append(Cluster())
    return UInt32(clusters.count - 1)
  }

  /// Gives a row the next position of a cluster.
  mutating func place(_ row: UInt32, in cluster: UInt32) -> UInt32 {
    let index = Int(cluster)
    if clusters[index].extent.next == clusters[index].extent.end { extend(index) }
    let position = clusters[index].extent.next
    clusters[index].extent.next += 1
    clusters[index].size += 1
    rows[Int(position)] = row
    return position
  }

  private mutating func extend(_ cluster: Int) {
    let size = clusters[cluster].size
    let extent =
      size < 1024
      ? carve(64) : size < 16_384 ? carve(512) : carveSubtree()
    for block in extent.next / 64..<extent.end / 64 {
      clusterOfBlock[Int(block)] = UInt32(cluster)
    }
    clusters[cluster].extent = extent
  }

  private mutating func carve(_ length: UInt32) -> Extent {
    if length == 64 {
      if small.next == small.end { small = carve(512) }
      small.next += 64
      return Extent(next: small.next - 64, end: small.next)
    }
    if medium.next == medium.end { medium = carveSubtree() }
    medium.next += 512
    return Extent(next: medium.next - 512, end: medium.next)
  }

  private mutating func carveSubtree() -> Extent {
    let start = UInt32(rows.count)
    rows.append(contentsOf: repeatElement(Self.none, count: 8192))
    clusterOfBlock.append(contentsOf: repeatElement(Self.none, count: 128))
    return Extent(next: start, end: start + 8192)
  }
}
