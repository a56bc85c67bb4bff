import Provenance
import ProvenanceCapture

/// The steps from a raw file to an evaluated model, each recorded as a run.
///
/// Every step reads through `run.read` and writes through `run.produce`. That is all it takes: what
/// each result was made from is then known, down to the bytes.
struct Pipeline {
  let recorder: Recorder
  var settings = Classifier.Settings()

  /// The names under which the steps hand on their results.
  static let rawName = "breast_cancer.csv"
  static let modelName = "classifier"

  /// Takes a file in: from here on the store keeps its bytes.
  func importRaw(_ path: String) async throws -> Dataset {
    try await recorder.run("import", type: "import") { run in
      try await run.produce(
        Dataset.self, Self.rawName, from: .file(path), role: "raw",
        attributes: [AttributeKey.type: "table"])
    }
  }

  /// Withdraws rows that a review objected to; the result is a new version of the raw file.
  func correct(_ raw: Dataset) async throws -> Dataset {
    try await recorder.run(
      "correct", type: "correction", parameters: ["withdrawn": "concavity is exactly 0"]
    ) { run in
      var table = try Table(csv: try await run.read(raw, role: "raw"))
      // All six measurements of concave parts are 0 in these rows: not measured, it seems.
      table.rows.removeAll { $0.features[6] == 0 }
      return try await run.produce(
        Dataset.self, Self.rawName,
        from: .text(table.csv(header: "\(table.rows.count),30,malignant,benign")),
        role: "raw", derivedFrom: [raw],
        attributes: [AttributeKey.type: "table", "rows": .int(Int64(table.rows.count))])
    }
  }

  /// Names the columns, and drops repeated rows and outliers.
  func clean(_ raw: Dataset) async throws -> Dataset {
    let outlierLimit = 8.0
    return try await recorder.run(
      "clean", type: "cleaning", parameters: ["outlier_limit": .double(outlierLimit)]
    ) { run in
      var table = try Table(csv: try await run.read(raw, role: "raw"))
      var seen: Set<String> = []
      table.rows.removeAll { !seen.insert($0.text).inserted }
      let moments = Table.features.indices.map { table.moments(of: $0) }
      table.rows.removeAll { row in
        zip(row.features, moments).contains { abs($0 - $1.mean) > outlierLimit * $1.deviation }
      }
      return try await produce(table, "clean.csv", role: "clean", in: run)
    }
  }

  /// Puts a quarter of the rows aside for the test.
  func split(_ clean: Dataset) async throws -> (train: Dataset, test: Dataset) {
    let seed = 7
    return try await recorder.run(
      "split", type: "split", parameters: ["seed": .int(Int64(seed)), "test_share": 0.25]
    ) { run in
      let table = try Table(csv: try await run.read(clean))
      // A row's own hash decides, so that it stays on its side when other rows come or go.
      func isTest(_ row: Table.Row) -> Bool {
        SHA256.hash(Array("\(seed),\(row.text)".utf8)).bytes[0] < 64
      }
      let train = Table(rows: table.rows.filter { !isTest($0) })
      let test = Table(rows: table.rows.filter(isTest))
      return (
        try await produce(train, "train.csv", role: "train", in: run),
        try await produce(test, "test.csv", role: "test", in: run)
      )
    }
  }

  func train(_ data: Dataset) async throws -> Model {
    let parameters: AttributeMap = [
      "rate": .double(settings.rate), "steps": .int(Int64(settings.steps)),
      "penalty": .double(settings.penalty),
    ]
    return try await recorder.run("train", type: "training", parameters: parameters) { run in
      let table = try Table(csv: try await run.read(data, role: "train"))
      let classifier = Classifier(training: table, settings)
      try await run.log(["train_log_loss": Scores(of: classifier, on: table).logLoss])
      return try await run.produce(
        Model.self, Self.modelName, from: .text(classifier.text),
        attributes: [AttributeKey.type: "logistic regression"])
    }
  }

  func evaluate(_ model: Model, on test: Dataset) async throws -> Scores {
    try await recorder.run("evaluate", type: "evaluation") { run in
      let bytes = try await run.read(model, role: "candidate")
      let table = try Table(csv: try await run.read(test, role: "test"))
      let classifier = try Classifier(text: String(decoding: bytes, as: UTF8.self))
      let scores = Scores(of: classifier, on: table)
      try await run.log(scores.metrics)
      let lines = scores.metrics.sorted { $0.key < $1.key }.map { "\($0.key),\($0.value)" }
      try await run.produce(
        Dataset.self, "evaluation.csv", from: .text(lines.joined(separator: "\n") + "\n"),
        attributes: [AttributeKey.type: "evaluation report"])
      return scores
    }
  }

  private func produce(
    _ table: Table, _ name: String, role: String, in run: ActiveRun
  ) async throws -> Dataset {
    let header = (Table.features + ["benign"]).joined(separator: ",")
    return try await run.produce(
      Dataset.self, name, from: .text(table.csv(header: header)), role: role,
      attributes: [AttributeKey.type: "table", "rows": .int(Int64(table.rows.count))])
  }
}
