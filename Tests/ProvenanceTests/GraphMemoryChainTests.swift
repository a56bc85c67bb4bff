import ProvenanceTestKit
import Testing

@testable import Provenance

/// Lists that grow at the front while copies are kept.
@Suite struct GraphMemoryChainTests {
  @Test func listsAndTheirCopies() {
    var random = SeededGenerator(seed: 4)
    var table = ChainTable()
    var model: [[UInt32]] = []
    var links: UInt32 = 0
    var copies = HiddenCopies<ChainTable, [[UInt32]]>()
    for step in 0..<900 {
      switch Int.random(in: 0..<10, using: &random) {
      case 0, 1:
        table.addHead()
        model.append([])
      case 2 where step % 4 == 0:
        let heads = model.count + Int.random(in: 0..<5, using: &random)
        table.addHeads(upTo: heads)
        while model.count < heads { model.append([]) }
      case 3 where step % 3 == 0:
        let heads = Int.random(in: 0...model.count, using: &random)
        let all = UInt32.random(in: 0...links, using: &random)
        let fork = table.fork(heads: heads, links: Int(all))
        let expected = model.prefix(heads).map { $0.filter { $0 < all } }
        copies.keep(fork, expected)
      case _ where !model.isEmpty:
        // Some lists are long.
        let head = Int.random(
          in: 0..<(step % 2 == 0 ? model.count : min(3, model.count)), using: &random)
        #expect(table.prepend(to: UInt32(head)) == links)
        model[head].append(links)
        links += 1
      default: break
      }
      if step % 6 == 0 { copies.keep(table, model) }
    }
    copies.keep(table, model)
    let wrong = copies.faults { table, model in
      if table.headCount != model.count { return "\(table.headCount) lists" }
      for (head, list) in model.enumerated() {
        if table.links(of: UInt32(head)) != list {
          return "\(head): \(table.links(of: UInt32(head)))"
        }
        if table.newest(of: UInt32(head)) != list.last ?? ChainTable.none {
          return "newest of \(head)"
        }
      }
      return table.newest(of: UInt32(model.count)) == ChainTable.none ? nil : "a list too many"
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
  }

  /// A fork in the middle of a list that has grown since, which then grows by itself.
  @Test func aForkGoesOnByItself() {
    var table = ChainTable(heads: 2, links: 64)
    table.addHeads(upTo: 2)
    for link in 0..<20 { table.prepend(to: UInt32(link % 2)) }
    let copy = table
    for _ in 0..<20 { table.prepend(to: 0) }
    var fork = copy.fork(heads: 2, links: 11)
    fork.prepend(to: 1)
    fork.addHead()
    fork.prepend(to: 2)
    #expect(fork.links(of: 0) == [0, 2, 4, 6, 8, 10])
    #expect(fork.links(of: 1) == [1, 3, 5, 7, 9, 11])
    #expect(fork.links(of: 2) == [12])
    #expect(copy.links(of: 0) == (0..<10).map { $0 * 2 } && copy.newest(of: 2) == ChainTable.none)
    #expect(table.links(of: 0).count == 30 && table.links(of: 1).count == 10)
    #expect(table.place == copy.place && fork.place != copy.place)
  }

  @Test func lateEdgesAndTheirCopies() {
    var random = SeededGenerator(seed: 5)
    var table = LateEdges()
    var model: [EdgeRef] = []
    var copies = HiddenCopies<LateEdges, [EdgeRef]>()
    var vertexCount = 3
    for step in 0..<400 {
      if step % 5 == 0 { vertexCount += Int.random(in: 0..<4, using: &random) }
      let edge = EdgeRef(
        effect: .random(in: 0..<UInt32(vertexCount), using: &random),
        cause: .random(in: 0..<UInt32(vertexCount), using: &random),
        kind: EdgeKind.allCases.randomElement(using: &random) ?? .used,
        role: Bool.random(using: &random) ? EdgeRef.noRole : 3)
      table.append(edge, vertexCount: vertexCount)
      model.append(edge)
      if step % 30 == 0 { copies.keep(table, model) }
      if step % 50 == 0 {
        let count = Int.random(in: 0...model.count, using: &random)
        copies.keep(table.fork(count: count, vertexCount: vertexCount), Array(model.prefix(count)))
      }
    }
    let vertices = UInt32(vertexCount)
    let wrong = copies.faults { table, model in
      if table.count != model.count { return "\(table.count) edges" }
      if !model.indices.allSatisfy({ table[UInt32($0)] == model[$0] }) { return "an edge" }
      for limit in [0, model.count / 2, model.count, Int(UInt32.max)] {
        let seen = model.prefix(limit)
        for vertex in 0...vertices {
          var up: [EdgeRef] = []
          var down: [EdgeRef] = []
          table.forEachCause(of: vertex, limit: UInt32(limit)) { up.append($0) }
          table.forEachEffect(of: vertex, limit: UInt32(limit)) { down.append($0) }
          if up != seen.reversed().filter({ $0.effect == vertex }) { return "causes of \(vertex)" }
          if down != seen.reversed().filter({ $0.cause == vertex }) {
            return "effects of \(vertex)"
          }
        }
      }
      return nil
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
  }
}
