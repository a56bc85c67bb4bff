extension AncestorIndexBuilder {
  /// Past so many uses a row is a hub, and says nothing about where its effects belong.
  private static var hubUses: UInt32 { 64 }

  /// Makes the tree of a new anchor from what was gathered.
  mutating func uniteNews(_ row: UInt32) -> CellTree {
    let cluster = chooseCluster()
    clusterOf[row] = cluster
    news.removeAll()
    // Ascending, as a member's causes lie before it.
    for index in (0..<plain.count).reversed() { addNews(plain[index], cluster) }
    for index in (0..<anchors.count).reversed() { addNews(anchors[index], cluster) }
    news.sort()
    return union.unite(trees, news, &table)
  }

  private mutating func addNews(_ member: UInt32, _ cluster: UInt32) {
    var position = positionOf[member]
    if position == PositionMap.none {
      position = positions.place(member, in: cluster)
      positionOf[member] = position
    }
    news.append(position)
  }

  /// The cluster of most of the gathered anchors; a new one if only hubs were gathered.
  private mutating func chooseCluster() -> UInt32 {
    votes.removeAll(keepingCapacity: true)
    for index in 0..<anchors.count { vote(anchors[index], clusterOf[anchors[index]]) }
    var best = Vote(cluster: PositionMap.none, count: 0)
    for vote in votes where vote.count > best.count { best = vote }
    return best.count > 0 ? best.cluster : positions.addCluster()
  }

  private mutating func vote(_ row: UInt32, _ cluster: UInt32) {
    let used = uses[row]
    uses[row] = used &+ 1
    let position = positionOf[row]
    var cluster = cluster
    if cluster == PositionMap.none, position != PositionMap.none {
      // An anchor of the index that this one goes on from: where it stands itself says nearly as much.
      cluster = positions.cluster(of: position)
    }
    if cluster == PositionMap.none || used >= Self.hubUses { return }
    for index in votes.indices where votes[index].cluster == cluster {
      votes[index].count += 1
      return
    }
    votes.append(Vote(cluster: cluster, count: 1))
  }
}
