import Provenance
import Testing

/// What fields, transformations, mappings and statements are, and what they refuse.
struct FieldMappingTests {
  @Test func pathsContainAndOverlap() throws {
    let address = try FieldPath("address")
    let street = try FieldPath(names: ["address", "street"])
    let city = try FieldPath(names: ["address", "city"])
    #expect(FieldPath.whole.contains(address) && !address.contains(.whole))
    #expect(address.contains(street) && !street.contains(address))
    #expect(address.overlaps(street) && street.overlaps(address) && !street.overlaps(city))
    #expect(try !address.contains(FieldPath("address.street")))
    #expect([street, city, address, .whole].sorted() == [.whole, address, city, street])
    #expect(street.names == ["address", "street"] && street.depth == 2)
    #expect(try FieldPath(names: []) == .whole)
  }

  @Test func namesAreBytes() throws {
    let composed = try FieldPath("\u{e9}")
    let decomposed = try FieldPath("e\u{301}")
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed]).count == 2)
    #expect(try FieldPath("a\nb\u{0}").names == ["a\nb\u{0}"])
  }

  @Test func pathLimits() throws {
    let longest = String(repeating: "x", count: Limits.nameBytes)
    #expect(try FieldPath(longest).depth == 1)
    #expect(throws: FieldError(.emptyName)) { try FieldPath("") }
    #expect(throws: FieldError(.emptyName)) { try FieldPath(names: ["a", ""]) }
    #expect(throws: FieldError.self) { try FieldPath(longest + "x") }
    #expect(throws: FieldError(.tooDeep(names: 33, limit: 32))) {
      try FieldPath(names: [String](repeating: "a", count: 33))
    }
    #expect(try FieldPath(names: [String](repeating: "a", count: 32)).depth == 32)
    #expect(throws: FieldError(.pathTooLong(bytes: 5 * 4096, limit: 16 << 10))) {
      try FieldPath(names: [String](repeating: longest, count: 5))
    }
    let error = #expect(throws: FieldError.self) { try FieldPath(longest + "x") }
    #expect(error?.description.contains("4097 bytes; at most 4096") == true)
  }

  @Test func transformationLimits() throws {
    let text = String(repeating: "x", count: Limits.fieldDescriptionBytes)
    #expect(try FieldTransformation(.direct, text: text).text == text)
    #expect(throws: FieldError(.descriptionTooLong(bytes: 16385, limit: 16384))) {
      try FieldTransformation(.direct, text: text + "x")
    }
    #expect(throws: FieldError(.subtypeTooLong(bytes: 4097, limit: 4096))) {
      try FieldTransformation(.direct, .init(rawValue: String(repeating: "x", count: 4097)))
    }
    for wrong in [-0.1, 1.1, .infinity, -.infinity] {
      #expect(throws: FieldError(.invalidConfidence(wrong))) {
        try FieldTransformation(.direct, confidence: wrong)
      }
    }
    #expect(throws: FieldError.self) { try FieldTransformation(.direct, confidence: .nan) }
    #expect(try FieldTransformation(.direct, confidence: -0.0).confidence?.sign == .plus)
    #expect(try FieldTransformation(.direct, .init(rawValue: "")).subtype == nil)
  }

  @Test func inputsAreJoined() throws {
    let table = try Dataset("t")
    let a = try column(table, "a")
    let b = try column(table, "b")
    let sum = try FieldTransformation(.direct, .aggregation)
    let filter = try FieldTransformation(.indirect, .filter)
    let silent = try FieldTransformation(.unspecified)
    let statement = try FieldMappings([
      FieldMapping(FieldPath("x"), from: [FieldInput(b, [sum]), FieldInput(a, [silent])]),
      FieldMapping(.whole, from: [FieldInput(a, [filter])]),
      FieldMapping(FieldPath("x"), from: [FieldInput(b, [filter, sum])]),
    ])
    #expect(try statement.mappings.map(\.output) == [.whole, FieldPath("x")])
    #expect(statement.mappings[1].inputs.map(\.field) == [a, b])
    #expect(statement.mappings[1].inputs.map(\.transformations) == [[], [sum, filter]])
  }

  @Test func tooManyTransformations() throws {
    let field = try column(Dataset("t"), "a")
    let many = try (0..<17).map { try FieldTransformation(.direct, text: "\($0)") }
    #expect(
      try FieldInput(field, Array(many.prefix(16)) + many.prefix(16)).transformations.count == 16)
    let fault = FieldError(.tooManyTransformations(field, count: 17, limit: 16))
    #expect(throws: fault) { try FieldInput(field, many) }
    let halves = [
      try FieldInput(field, Array(many.prefix(9))), try FieldInput(field, Array(many.suffix(9))),
    ]
    #expect(throws: fault) { try FieldMapping(.whole, from: halves) }
    #expect(throws: fault) {
      try FieldMappings(halves.map { try FieldMapping(.whole, from: [$0]) })
    }
  }

  @Test func edgesThatCarryMappings() throws {
    let table = try Dataset("t")
    let other = try Dataset("u")
    let run = try Run("r", id: "1")
    let mapping = try FieldMapping(FieldPath("x"), from: [direct(column(table, "a"))])
    let statement = try FieldMappings([mapping])
    #expect(try statement.attributeValues(on: other.derivedFrom(table)).count == 1)
    #expect(try statement.attributeValues(on: other.generatedBy(run)).count == 1)
    for edge in [try run.used(table), try other.partOf(table), try other.alternateOf(table)] {
      #expect(throws: FieldError(.wrongEdge(edge.kind))) {
        try statement.attributeValues(on: edge)
      }
    }
    let field = try column(table, "a")
    #expect(throws: FieldError(.inputOfAnotherNode(field))) {
      try statement.attributeValues(on: table.derivedFrom(other))
    }
    let error = #expect(throws: FieldError.self) {
      try statement.annotations(
        on: other.derivedFrom(table), at: moment(0), source: "bad\u{0}source")
    }
    guard case .record = error?.kind else { Issue.record("\(String(describing: error))"); return }
  }
}
