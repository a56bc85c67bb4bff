import Provenance

/// The records that `Fixtures/records/golden.py` describes a second time.
///
/// The script works from the documentation of the format and not from this library.
enum RecordSamples {
  static func all() throws -> [(name: String, record: Record)] {
    try nodes() + edges() + annotations() + statements()
  }

  static func raw() throws -> Dataset { try Dataset("raw.csv") }

  static func sales() throws -> Dataset {
    let content = SHA256.hash(Array("column\n1\n".utf8))
    return try Dataset("sales/2024.parquet", content: content, namespace: "s3://bucket")
  }

  static func script() throws -> Code {
    try Code("train.py", version: "4f2a91c", namespace: "github.com/acme/train")
  }

  static func base() throws -> Model { try Model("base", version: "1", namespace: "hub") }

  static func model() throws -> Model { try Model("模型 é", version: "2") }

  static func run() throws -> Run {
    try Run("train", id: "2024-05-01T00:00:00Z#1", namespace: "scheduler")
  }

  static func earlier() throws -> Run { try Run("prepare", id: "77", namespace: "scheduler") }

  static func environment() throws -> Environment { try Environment("ubuntu", version: "24.04") }

  private static func nodes() throws -> [(String, Record)] {
    let (raw, sales, script) = (try raw(), try sales(), try script())
    let (base, model, run, environment) = (try base(), try model(), try run(), try environment())
    var samples = [
      ("dataset", try Record(raw)),
      ("dataset with content", try Record(sales)),
      ("code", try Record(script, edges: [script.partOf(Code("acme"))])),
      (
        "environment",
        try Record(environment, edges: [environment.alternateOf(Environment("noble"))])
      ),
      (
        "model",
        try Record(
          model,
          edges: [model.generatedBy(run), model.derivedFrom(base, role: "base model")])
      ),
      (
        "run",
        try Record(
          run,
          edges: [
            run.configuredBy(script, role: "defaults"), run.ranIn(environment),
            run.executed(script), run.used(sales, role: "train"), run.used(sales),
            run.used(sales, role: "validation"), run.used(raw, role: "é"),
            run.informedBy(earlier()), run.used(sales),
          ])
      ),
    ]
    for length in [23, 24, 255, 256, 4096] {
      let node = try Dataset(String(repeating: "n", count: length))
      samples.append(("name of \(length) bytes", try Record(node)))
    }
    return samples
  }

  private static func edges() throws -> [(String, Record)] {
    let (raw, sales, script) = (try raw(), try sales(), try script())
    let (base, model, run, environment) = (try base(), try model(), try run(), try environment())
    let edges: [(String, Edge)] = [
      ("used", try run.used(sales, role: "train")),
      ("executed", try run.executed(script)),
      ("ranIn", try run.ranIn(environment)),
      ("configuredBy", try run.configuredBy(raw)),
      ("generatedBy", try model.generatedBy(run)),
      ("derivedFrom", try model.derivedFrom(base, role: "quantized")),
      ("informedBy", try run.informedBy(earlier())),
      ("partOf", try raw.partOf(sales)),
      ("alternateOf", try raw.alternateOf(sales, role: "模型")),
    ]
    return try edges.map { ($0.0, try Record($0.1)) }
  }

  static func salt(_ first: UInt8) throws -> Salt {
    guard let salt = Salt(bytes: (0..<16).map { first + $0 }) else { throw Missing.part("salt") }
    return salt
  }

  static func noon() throws -> Timestamp { try time(1_714_564_800) }

  static func early() throws -> Timestamp {
    try time(-62_135_596_800, 999_999_999, offset: nil)
  }

  static func west() throws -> Timestamp { try time(1_714_564_800, 5, offset: -34_200) }

  static func time(
    _ seconds: Int64, _ nanoseconds: Int = 0, offset: Int? = 0
  ) throws -> Timestamp {
    guard let time = Timestamp(seconds: seconds, nanoseconds: nanoseconds, offset: offset) else {
      throw Missing.part("time")
    }
    return time
  }

  /// A part of a sample that could not be made.
  enum Missing: Error { case part(String) }

  private static func annotations() throws -> [(String, Record)] {
    let used = try run().used(sales(), role: "train")
    let generated = try model().generatedBy(run())
    let mapping: AttributeValue = [["from": "a", "to": "b"]]
    let annotations: [(String, Annotation)] = [
      ("one attribute", try Annotation(raw(), ["type": "table"], at: noon(), salt: salt(0))),
      (
        "numbers",
        try Annotation(model(), numbers(), at: west(), source: "trainer", salt: salt(1))
      ),
      (
        "every other type",
        try Annotation(run(), otherTypes(), at: early(), source: "服务", salt: salt(2))
      ),
      (
        "on an edge",
        try Annotation(used, ["fields": mapping], at: noon(), source: "trainer", salt: salt(3))
      ),
      (
        "on an edge without role",
        try Annotation(generated, ["confidence": 0.5], at: noon(), salt: salt(4))
      ),
    ]
    return try annotations.map { ($0.0, try Record($0.1)) }
  }

  private static func numbers() throws -> AttributeMap {
    [
      "metric.loss": 0.25, "metric.accuracy": 1.0, "metric.zero": -0.0,
      "metric.nan": .double(.nan), "metric.infinite": .double(.infinity),
      "metric.least": .double(-.infinity), "metric.tiny": .double(.leastNonzeroMagnitude),
      "parameter.epochs": 3, "parameter.negative": -1, "parameter.max": .int(.max),
      "parameter.min": .int(.min), "parameter.seed": .unsigned(.max),
      "parameter.rate": .decimal(try DecimalText("1.50e-3")), "parameter.one": 1,
      "parameter.23": 23, "parameter.24": 24, "parameter.256": 256, "parameter.65536": 65_536,
      "parameter.4294967296": 4_294_967_296, "parameter.-25": -25,
    ]
  }

  private static func otherTypes() throws -> AttributeMap {
    let last = try time(253_402_300_799, 1, offset: nil)
    return [
      "gone": .null, "yes": true, "no": false, "text": "e\u{301}",
      "digest.sha256": .bytes(SHA256.hash(Array("content".utf8)).bytes),
      "started": .timestamp(try west()), "ended": .timestamp(last),
      "empty list": [], "empty map": [:], "list": [1, [true, [.null]], "a"],
      "map": ["bb": 1, "a": ["é": 2, "z": 3], "": 4],
    ]
  }

  private static func statements() throws -> [(String, Record)] {
    let used = try run().used(sales(), role: "train")
    let some = RecordID(digest: SHA256.hash(Array("some record".utf8)))
    let other = RecordID(digest: SHA256.hash(Array("other".utf8)))
    let typo = try Statement("a typo", at: noon(), source: "admin", salt: salt(5))
    let silent = try Statement("", at: early(), salt: salt(6))
    let free = try Statement(
      "e\u{301}\u{0} any text", at: west(), source: "admin", salt: salt(7))
    let request = try Statement("request 17", at: noon(), source: "privacy", salt: salt(8))
    let unexplained = try Statement("", at: early(), salt: salt(240))
    return [
      ("retracted node", try Record(Retraction(.node(raw().id), typo))),
      ("retracted edge", try Record(Retraction(.edge(used), silent))),
      ("retracted record", try Record(Retraction(.record(some), free))),
      ("tombstone", try Record(Tombstone(some, request))),
      ("tombstone without reason", try Record(Tombstone(other, unexplained))),
    ]
  }
}
