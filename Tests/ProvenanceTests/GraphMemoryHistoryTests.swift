import ProvenanceTestKit
import Testing

@testable import Provenance

/// Small tables that are copied when they change, and those that answer for earlier epochs.
@Suite struct GraphMemoryHistoryTests {
  @Test func aLayeredDictionaryAndItsCopies() {
    var random = SeededGenerator(seed: 10)
    var table = LayeredDictionary<Int, Int>()
    var model: [Int: Int] = [:]
    var copies = HiddenCopies<LayeredDictionary<Int, Int>, [Int: Int]>()
    for step in 0..<3000 {
      // Grows, then is emptied, so that what was removed has to hide what lies below.
      let key = Int.random(in: 0..<500, using: &random)
      if Int.random(in: 0..<10, using: &random) < (step < 1500 ? 2 : 7) {
        table[key] = nil
        model[key] = nil
      } else {
        table[key] = step
        model[key] = step
      }
      if step % 150 == 0 { copies.keep(table, model) }
    }
    copies.keep(table, model)
    for key in 0..<500 { table[key] = nil }
    copies.keep(table, [:])
    table[3] = 4
    copies.keep(table, [3: 4])
    let wrong = copies.faults { table, model in
      for key in 0..<500 where table[key] != model[key] { return "\(key)" }
      return nil
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
  }

  @Test func statusesAtEveryEpoch() {
    var random = SeededGenerator(seed: 11)
    var history = StatusHistory<Int>()
    // By row, what was set, epoch by epoch.
    var model: [Int: [(epoch: Epoch, status: Status)]] = [:]
    var copies = HiddenCopies<
      StatusHistory<Int>, ([Int: [(epoch: Epoch, status: Status)]], Epoch)
    >()
    #expect(history.isEmpty)
    for epoch in 1...Epoch(60) {
      for _ in 0..<Int.random(in: 0..<5, using: &random) {
        let row = Int.random(in: 0..<12, using: &random)
        let status = Status(rawValue: UInt8.random(in: 0..<4, using: &random))
        history.set(row, status, at: epoch)
        model[row, default: []].append((epoch, status))
      }
      copies.keep(history, (model, epoch))
      if epoch % 10 == 0 {
        let earlier = Epoch.random(in: 0...epoch, using: &random)
        var rewound = history
        rewound.rewind(to: earlier)
        copies.keep(rewound, (model.mapValues { $0.filter { $0.epoch <= earlier } }, epoch))
      }
    }
    let wrong = copies.faults { history, expected in
      let (model, last) = expected
      func status(_ row: Int, _ epoch: Epoch) -> Status {
        model[row]?.last { $0.epoch <= epoch }?.status ?? []
      }
      for row in 0..<13 {
        if history[row] != status(row, last) { return "row \(row) now" }
        if status(row, last) != [], !history.isKnown(row) { return "row \(row) is not known" }
        for epoch in 0...last where history.status(row, at: epoch) != status(row, epoch) {
          return "row \(row) at \(epoch)"
        }
      }
      for epoch in [0, last / 2, last] {
        let found = history.rows(at: epoch) { $0.contains(.retracted) }
        if found.sorted() != (0..<13).filter({ status($0, epoch).contains(.retracted) }) {
          return "rows at \(epoch)"
        }
      }
      return nil
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
  }

  @Test func levelsAndTheirCopies() {
    var random = SeededGenerator(seed: 12)
    var column = LevelColumn()
    var model: [Int32] = []
    var copies = HiddenCopies<LevelColumn, [Int32]>()
    for step in 0..<2500 {
      column.append(Int32(step))
      model.append(Int32(step))
      let vertex = Int.random(in: 0...step, using: &random)
      column[Vertex(vertex)] = Int32(-step)
      model[vertex] = Int32(-step)
      if step % 500 == 77 || step == 1023 || step == 1024 { copies.keep(column, model) }
    }
    copies.keep(column, model)
    let wrong = copies.faults { column, model in
      column.count == model.count && model.indices.allSatisfy { column[Vertex($0)] == model[$0] }
        ? nil : "\(model.count)"
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
  }

  @Test func openRunsAtEveryEpoch() {
    typealias Named = (row: NodeIndex, cause: NodeIndex, role: UInt32, epoch: Epoch)
    var random = SeededGenerator(seed: 13)
    var open = OpenRuns()
    var rows: [NodeIndex] = []
    var named: [Named] = []
    var copies = HiddenCopies<OpenRuns, ([NodeIndex], [Named])>()
    for epoch in 1...Epoch(60) {
      let row = epoch * 10
      open.insert(row)
      rows.append(row)
      for _ in 0..<4 {
        let run = rows[Int.random(in: 0..<rows.count, using: &random)]
        let edge: Named = (
          run, NodeIndex.random(in: 0..<8, using: &random),
          UInt32.random(in: 0..<1000, using: &random), epoch
        )
        open.append(
          OpenRuns.Cause(cause: edge.cause, kind: .used, role: edge.role, epoch: epoch), to: run)
        named.append(edge)
      }
      if epoch % 3 == 0 {
        let run = rows.remove(at: Int.random(in: 0..<rows.count, using: &random))
        let found = open.remove(run)
        #expect(found.map(\.role) == named.filter { $0.row == run }.map(\.role))
        named.removeAll { $0.row == run }
        #expect(open.remove(run).isEmpty && !open.contains(run))
      }
      if epoch % 2 == 0 { copies.keep(open, (rows, named)) }
      if epoch % 7 == 0 {
        let earlier = Epoch.random(in: 0...epoch, using: &random)
        copies.keep(
          open.asOf(earlier, rowEnd: earlier * 10 + 1),
          (rows.filter { $0 <= earlier * 10 }, named.filter { $0.epoch <= earlier }))
      }
    }
    let wrong = copies.faults { open, model in
      let (rows, named) = model
      if open.rows != rows || open.count != rows.count || open.isEmpty != rows.isEmpty {
        return "\(open.rows)"
      }
      for row in stride(from: NodeIndex(0), through: 610, by: 10) {
        let edges = named.filter { $0.row == row }
        if open.position(of: row) != rows.firstIndex(of: row) { return "position of \(row)" }
        if open.causes(of: row).map(\.role) != edges.map(\.role) { return "causes of \(row)" }
      }
      for cause in NodeIndex(0)..<8 {
        let runs = Set(named.filter { $0.cause == cause }.map(\.row))
        let found = open.effects(of: cause)
        if found.count != runs.count || Set(found) != runs { return "effects of \(cause)" }
      }
      return nil
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
    // A run that is older than the newest one takes its place in the order.
    var reopened = OpenRuns()
    for row: NodeIndex in [7, 3, 9, 5] { reopened.insert(row) }
    #expect(reopened.rows == [3, 5, 7, 9] && reopened.position(of: 7) == 2)
  }

  @Test func closedRunsAtEveryEpoch() {
    var random = SeededGenerator(seed: 14)
    var closed = ClosedRuns()
    var model: [(row: NodeIndex, epoch: Epoch, edges: [Epoch])] = []
    var kept: [(ClosedRuns, Int)] = []
    for row in NodeIndex(0)..<80 {
      let epoch = row / 3
      let edges = (0..<Int.random(in: 0..<4, using: &random)).map { _ in
        Epoch.random(in: 0...epoch, using: &random)
      }
      closed.append(row: row, vertex: row + 100, epoch: epoch, edgeEpochs: edges)
      model.append((row, epoch, edges))
      kept.append((closed, model.count))
    }
    for epoch in Epoch(0)..<30 {
      let count = model.filter { $0.epoch <= epoch }.count
      #expect(closed.count(at: epoch) == count)
      var fork = closed.fork(at: epoch)
      kept.append((fork, count))
      // The fork goes on by itself.
      fork.append(row: 500, vertex: 500, epoch: 99, edgeEpochs: [98])
      let last = fork.closings[count]
      #expect(last.row == 500 && fork.edgeEpochs[last.epochStart] == 98)
      #expect(fork.edgeEpochs.count == model.prefix(count).flatMap(\.edges).count + 1)
    }
    var wrong: [Int] = []
    for (copy, count) in kept {
      let edges = model.prefix(count).flatMap(\.edges)
      let isRight =
        copy.closings.elements.map(\.row) == model.prefix(count).map(\.row)
        && copy.edgeEpochs.elements == edges
      if !isRight { wrong.append(count) }
    }
    #expect(wrong.isEmpty)
  }
}
