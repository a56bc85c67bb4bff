import Provenance
import Testing

/// The limits of what can be recorded, each with an error that names what was wrong.
@Suite struct RecordLimitTests {
  private let longest = String(repeating: "n", count: 4096)

  private func nameRefusal(_ make: () throws(NameError) -> Void) -> NameError? {
    do throws(NameError) {
      try make()
      return nil
    } catch {
      return error
    }
  }

  /// The refusals of one text in each of the fields of an identity, by the field's name.
  private func refusals(of text: String) throws -> [String: NameError.Kind] {
    let id = try RecordSamples.raw().id
    let found = [
      nameRefusal { () throws(NameError) in _ = try Node(kind: .code, name: text) },
      nameRefusal { () throws(NameError) in _ = try Dataset("a", version: text) },
      nameRefusal { () throws(NameError) in _ = try Model("a", version: "1", namespace: text) },
      nameRefusal { () throws(NameError) in
        _ = try Edge(effect: id, kind: .used, cause: id, role: text)
      },
    ]
    return Dictionary(
      found.compactMap { $0.map { ($0.field, $0.kind) } }, uniquingKeysWith: { first, _ in first })
  }

  private func annotate(
    _ attributes: AttributeMap, source: String = ""
  ) throws -> RecordError.Kind? {
    let node = try RecordSamples.raw()
    let time = try RecordSamples.noon()
    return recordRefusal { () throws(RecordError) in
      _ = try Record(Annotation(node, attributes, at: time, source: source))
    }
  }

  @Test func limitsAreThoseOfTheRules() {
    #expect(Limits.nameBytes == NameRule.maximumByteCount)
    #expect(Limits.attributeDepth == AttributeLimit.record.depth)
    #expect(Limits.attributeBytes == AttributeLimit.record.byteCount)
    #expect(Limits.recordBytes == CBORLimit.byteCount)
  }

  @Test func emptyTexts() throws {
    #expect(try refusals(of: "") == ["name": .empty, "role": .empty])
    let key = try annotate(["": 1])
    guard case .name(let error) = key else {
      Issue.record("\(String(describing: key))")
      return
    }
    #expect(error.kind == .empty && error.field == "attribute key")
    #expect(try annotate(["a": 1], source: "") == nil)
  }

  @Test func longTexts() throws {
    #expect(try refusals(of: longest).isEmpty)
    let tooLong = NameError.Kind.tooLong(byteCount: 4097, limit: 4096)
    let everywhere = ["name": tooLong, "version": tooLong, "namespace": tooLong, "role": tooLong]
    #expect(try refusals(of: longest + "n") == everywhere)
    // Bytes are counted, not characters.
    #expect(try refusals(of: longest.dropLast() + "é") == everywhere)
    #expect(try annotate([longest: 1], source: longest) == nil)
    #expect(try field(of: annotate([longest + "n": 1])) == "attribute key")
    #expect(try field(of: annotate(["a": 1], source: longest + "n")) == "source")
  }

  @Test func charactersThatNoNameHas() throws {
    for (text, kind): (String, NameError.Kind) in [
      ("a\u{0}", .controlCharacter("\u{0}", offset: 1)),
      ("ab\n", .controlCharacter("\n", offset: 2)),
      ("\u{7f}", .controlCharacter("\u{7f}", offset: 0)),
      ("é\u{9f}", .controlCharacter("\u{9f}", offset: 2)),
      ("xe\u{301}", .notNFC(offset: 1)),
    ] {
      let everywhere = ["name": kind, "version": kind, "namespace": kind, "role": kind]
      #expect(try refusals(of: text) == everywhere)
      #expect(try field(of: annotate([text: 1])) == "attribute key")
      #expect(try field(of: annotate(["a": 1], source: text)) == "source")
      let time = try RecordSamples.noon()
      let statement = recordRefusal { () throws(RecordError) in
        _ = try Statement("why", at: time, source: text)
      }
      #expect(field(of: statement) == "source")
      // What is inside an attribute is not a name.
      #expect(
        try annotate(["a": .map(AttributeMap(uniqueKeysWithValues: [(text, .int(1))]))]) == nil)
      #expect(try annotate(["a": .string(text)]) == nil)
    }
  }

  private func field(of refusal: RecordError.Kind?) -> String? {
    if case .name(let error) = refusal { error.field } else { nil }
  }

  @Test func numbersThatAreNone() throws {
    let odd: AttributeMap = [
      "nan": .double(.nan), "other nan": .double(Double(nan: 7, signaling: false)),
      "infinite": .double(.infinity), "least": .double(-.infinity), "zero": -0.0,
    ]
    let node = try RecordSamples.raw()
    let record = try Record(Annotation(node, odd, at: RecordSamples.noon()))
    let read = try Record(header: record.header, payload: record.payload)
    guard case .annotation(let annotation) = read.content, let body = annotation.body else {
      Issue.record("not an annotation")
      return
    }
    #expect(body.attributes == odd)
    #expect(body.attributes["other nan"] == .double(.nan))
    #expect(body.attributes["zero"] != 0.0)
  }

  @Test func noAttributes() throws { #expect(try annotate([:]) == .emptyAnnotation) }

  @Test func contentDigests() throws {
    let key = AttributeKey.contentDigest
    let digest = SHA256.hash([])
    for value: AttributeValue in [
      .bytes([]), .bytes(Array(0..<31)), .bytes(Array(0..<33)), .string(digest.description), .null,
      .list([]),
    ] {
      #expect(try annotate([AttributeKey.contentDigest: value]) == .wrongDigest(key: key))
    }
    #expect(try annotate([AttributeKey.contentDigest: .bytes(digest.bytes)]) == nil)
  }

  @Test func attributesOfAMebibyte() throws {
    // Key and heads of {"a": bytes} take 8 bytes.
    let largest = Array(repeating: 0 as UInt8, count: (1 << 20) - 8)
    #expect(try annotate(["a": .bytes(largest)]) == nil)
    guard case .attribute(let error) = try annotate(["b": 1, "a": .bytes(largest + [0])]) else {
      Issue.record("not refused")
      return
    }
    #expect(error.kind == .tooLarge)
    #expect(error.path == [.key("a")])
  }

  @Test func attributesOfManyLevels() throws {
    func nested(_ levels: Int) -> AttributeValue {
      (1..<levels).reduce(.null) { value, _ in .list([value]) }
    }
    #expect(try annotate(["a": nested(Limits.attributeDepth)]) == nil)
    guard case .attribute(let error) = try annotate(["a": nested(Limits.attributeDepth + 1)])
    else {
      Issue.record("not refused")
      return
    }
    #expect(error.kind == .tooDeep)
    #expect(error.path.first == .key("a"))
  }

  @Test func reasons() throws {
    let time = try RecordSamples.noon()
    let target = Retraction.Target.node(try RecordSamples.raw().id)
    let longest = String(repeating: "é", count: 1 << 15)
    let statement = try Statement(longest, at: time)
    let record = try Record(Retraction(target, statement))
    #expect(try Record(header: record.header, payload: record.payload) == record)
    let found = recordRefusal { () throws(RecordError) in _ = try Statement(longest + "!", at: time)
    }
    #expect(found == .tooLarge(bytes: 65_537, limit: 65_536))
  }

  @Test func edgesOfAnotherNode() throws {
    let (run, earlier, raw) = try (
      RecordSamples.run(), RecordSamples.earlier(), RecordSamples.raw()
    )
    let (own, foreign) = (try run.used(raw), try earlier.used(raw))
    for edges in [[foreign], [own, foreign], [foreign, own]] {
      let found = recordRefusal { () throws(RecordError) in _ = try Record(run, edges: edges) }
      #expect(found == .edgeOfAnotherNode(foreign))
    }
    let inverse = recordRefusal { () throws(RecordError) in _ = try Record(raw, edges: [own]) }
    #expect(inverse == .edgeOfAnotherNode(own))
  }

  /// 4096 edges with the longest roles are more than 16 MiB.
  @Test func aRecordOfSixteenMebibytes() throws {
    let run = try RecordSamples.run()
    var random = RecordTestRandom(seed: 0x16)
    let cause = NodeID(digest: random.digest())
    let rest = String(repeating: "r", count: 4092)
    let edges = try (0..<4096).map { number in
      try Edge(
        effect: run.id, kind: .used, cause: cause,
        role: String(number + 0x1000, radix: 16) + rest)
    }
    guard
      case .tooLarge(let bytes, let limit) = recordRefusal({ () throws(RecordError) in
        _ = try Record(run, edges: edges)
      })
    else {
      Issue.record("not refused")
      return
    }
    #expect(limit == Limits.recordBytes && bytes > limit)
    let fewer = try Record(run, edges: Array(edges.dropLast(40)))
    #expect(fewer.header.count < limit && fewer.header.count > limit - (1 << 16))
  }
}
