import ProvenanceTestKit
import Testing

@testable import Provenance

/// Copies of a table, each with what it must go on to show.
struct HiddenCopies<Table, Model> {
  private var kept: [(table: Table, model: Model)] = []

  mutating func keep(_ table: Table, _ model: Model) { kept.append((table, model)) }

  /// What `fault` finds wrong with the copies, each held against its own model.
  func faults(_ fault: (Table, Model) -> String?) -> [String] {
    kept.enumerated().compactMap { number, pair in
      fault(pair.table, pair.model).map { "copy \(number): \($0)" }
    }
  }
}

/// Whether two tables have the same memory.
///
/// A function, since the compiler fails on `===` within `#expect`.
extension Column {
  var elements: [Element] { (0..<count).map { self[$0] } }

  /// Tells the memory of the elements from that of others which are alive.
  var place: UInt { unsafe UInt(bitPattern: pointer) }
}

extension AtomicColumn {
  var place: UInt { unsafe UInt(bitPattern: pointer) }
}

extension ChainTable {
  var place: UInt { unsafe UInt(bitPattern: headBuffer.pointer) }
  var linkPlace: UInt { unsafe UInt(bitPattern: olderPointer) }
}

/// Arrays that grow in place while copies are kept.
@Suite struct GraphMemoryColumnTests {
  /// An element that is counted, so that none is lost or destroyed twice.
  private final class Counted: Sendable {
    let value: Int
    init(_ value: Int) { self.value = value }
  }

  @Test func aColumnAndItsCopies() {
    var random = SeededGenerator(seed: 1)
    var column = Column<String>()
    var model: [String] = []
    var copies = HiddenCopies<Column<String>, [String]>()
    for step in 0..<400 {
      switch Int.random(in: 0..<8, using: &random) {
      case 0 where !model.isEmpty:
        let index = Int.random(in: 0..<model.count, using: &random)
        column.replace(UInt32(index), with: "replaced in \(step)")
        model[index] = "replaced in \(step)"
      case 1:
        let added = (0..<Int.random(in: 0..<9, using: &random)).map { "\(step) of many: \($0)" }
        unsafe column.append(count: added.count) { target in
          for (index, text) in added.enumerated() {
            unsafe (target + index).initialize(to: text)
          }
        }
        model += added
      case 2:
        let count = Int.random(in: 0...model.count, using: &random)
        let fork = column.fork(count: count)
        copies.keep(fork, Array(model.prefix(count)))
        // Either of the two may be the one that goes on.
        if step % 3 == 0 { (column, model) = (fork, Array(model.prefix(count))) }
      default:
        column.append("\(step)")
        model.append("\(step)")
      }
      if step % 5 == 0 { copies.keep(column, model) }
    }
    copies.keep(column, model)
    let wrong = copies.faults { column, model in
      column.elements == model && column.count == model.count && column.last == model.last
        && column.isEmpty == model.isEmpty ? nil : "\(column.elements)"
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
  }

  /// Every element lives as long as some copy of the column, and no longer.
  @Test func elementsAreReleasedOnce() {
    weak var first: Counted?
    weak var last: Counted?
    weak var replaced: Counted?
    do {
      var column = Column<Counted>()
      for value in 0..<9 { column.append(Counted(value)) }
      first = column[0]
      replaced = column[4]
      let early = column
      for value in 9..<40 { column.append(Counted(value)) }
      last = column.last
      column.replace(4, with: Counted(-4))
      #expect(column[4].value == -4 && early[4].value == 4)
      #expect(early.count == 9 && early.elements.map(\.value) == Array(0..<9))
      column = early
      #expect(first != nil && replaced != nil && last == nil)
    }
    #expect(first == nil && replaced == nil)
  }

  /// With room left, an append goes on in the same memory, whoever else holds it.
  @Test func growthKeepsTheMemoryWhileThereIsRoom() {
    var column = Column<Int>(capacity: 4)
    column.append(0)
    let copy = column
    for value in 1..<4 { column.append(value) }
    #expect(column.place == copy.place)
    column.append(4)
    #expect(column.place != copy.place)
    #expect(copy.elements == [0] && column.elements == Array(0..<5))
    let full = column
    for value in 5..<8 { column.append(value) }
    #expect(column.place == full.place)
    #expect(MemoryLayout<Column<Int>>.size == 16)
  }

  /// A changed element is seen by copies that have it, and none sees one that it does not have.
  @Test func anAtomicColumnAndItsCopies() {
    var column = AtomicColumn()
    var copies: [AtomicColumn] = []
    for value in 0..<UInt32(100) {
      column.append(value)
      copies.append(column)
    }
    let fork = column.fork(count: 50)
    #expect(copies.map(\.count) == Array(1...100))
    #expect(copies.allSatisfy { copy in (0..<UInt32(copy.count)).allSatisfy { copy[$0] == $0 } })
    let last = copies[99]
    column[7] = 1000
    #expect(last[7] == 1000 && column.place == last.place)
    #expect(fork[7] == 7 && fork.count == 50 && fork.place != column.place)
    // What it had before its last growth is no longer the writer's.
    #expect(copies[40][7] == 7)
    #expect(column.byteCount == 400)
  }

  @Test func textsAndTheirCopies() {
    var random = SeededGenerator(seed: 2)
    let pieces = ["", "a", "naïve", "Straße", "日本語", "🧬", "e\u{301}", "\u{E9}", "x/y"]
    var column = TextColumn()
    var model: [String] = []
    var copies = HiddenCopies<TextColumn, [String]>()
    for step in 0..<300 {
      let text = (0..<Int.random(in: 0..<4, using: &random))
        .map { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }.joined()
      column.append(text)
      model.append(text)
      if step % 7 == 0 { copies.keep(column, model) }
      if step % 41 == 0 {
        let count = Int.random(in: 0...model.count, using: &random)
        copies.keep(column.fork(count: count), Array(model.prefix(count)))
      }
    }
    let wrong = copies.faults { column, model in
      guard column.count == model.count else { return "\(column.count) texts" }
      for (index, text) in model.enumerated() {
        let row = UInt32(index)
        // As bytes, since strings that look the same compare equal.
        if Array(column[row].utf8) != Array(text.utf8) { return "\(row) is \(column[row])" }
        if !column.equals(row, text) || column.equals(row, text + "!") { return "\(row) differs" }
      }
      return nil
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
    column.append("e\u{301}")
    #expect(!column.equals(300, "\u{E9}"))
  }

  @Test func stringsAndTheirCopies() {
    var random = SeededGenerator(seed: 3)
    var table = StringTable()
    var model: [String] = []
    var copies = HiddenCopies<StringTable, [String]>()
    for step in 0..<600 {
      let text =
        "\(Int.random(in: 0..<250, using: &random))" + (step % 3 == 0 ? "e\u{301}" : "\u{E9}")
      let known = model.firstIndex { Array($0.utf8) == Array(text.utf8) }
      let number = table.intern(text)
      #expect(Int(number) == known ?? model.count)
      if known == nil { model.append(text) }
      if step % 11 == 0 { copies.keep(table, model) }
      if step % 97 == 0 {
        let count = Int.random(in: 0...model.count, using: &random)
        copies.keep(table.fork(count: count), Array(model.prefix(count)))
      }
    }
    let all = model
    let wrong = copies.faults { table, model in
      guard table.count == model.count else { return "\(table.count) strings" }
      for (index, text) in all.enumerated() {
        let number = table.number(of: text)
        if number != (index < model.count ? UInt32(index) : nil) {
          return "\(text) is \(number ?? 0)"
        }
        if let number, Array(table[number].utf8) != Array(text.utf8) { return "\(number)" }
      }
      return nil
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
  }
}
