import Baselines
import Foundation

/// Tables of SQLite that hold the same facts; their file is measured after a checkpoint and without
/// its log.
struct StoredTables: Sendable {
  private typealias Content = StoredBytes.Content

  var name: String
  private var schema: String
  private var dataset: @Sendable (_ row: Int) -> String
  private var run: @Sendable (_ row: Int) -> String
  private var edge: @Sendable (_ run: Int, _ cause: Int) -> String
  private var point: @Sendable (_ run: Int, _ key: String, _ step: Int, _ value: Double) -> String
}

extension StoredTables {
  /// What one would write by hand: integer keys, nothing twice but the index the other way.
  static let plain = StoredTables(
    name: "SQLite, integer keys",
    schema: """
      CREATE TABLE node (id INTEGER PRIMARY KEY, kind INTEGER, namespace TEXT, name TEXT,
        version TEXT, UNIQUE (namespace, name, version, kind));
      CREATE TABLE edge (effect INTEGER, kind INTEGER, cause INTEGER, role TEXT,
        PRIMARY KEY (effect, kind, cause, role)) WITHOUT ROWID;
      CREATE INDEX effects ON edge (cause);
      CREATE TABLE metric (node INTEGER, key TEXT, step INTEGER, time INTEGER, source TEXT,
        value REAL, PRIMARY KEY (node, key, step)) WITHOUT ROWID;
      """,
    dataset: {
      "INSERT INTO node VALUES (\($0), 0, 's3://lake', 'features/part-\($0).parquet', '1');"
    },
    run: {
      "INSERT INTO node VALUES (\($0 + 1_000_000), 3, 's3://lake', 'train', 'run-\($0)');"
    },
    edge: { "INSERT INTO edge VALUES (\($0 + 1_000_000), 0, \($1), '');" },
    point: { run, key, step, value in
      """
      INSERT INTO metric VALUES (\(run + 1_000_000), '\(key)', \(step),
        \(1_750_000_000_000 + step), 'trainer', \(value));
      """
    })

  /// The tables of MLflow's SQL store that these facts go to.
  ///
  /// They are those of its latest_schema.sql, filled as its client does: four tags a run, and the newest value of each metric a second time. Indexes
  /// beyond the primary keys are not in that file, nor here: in its favour.
  static let mlflow = StoredTables(
    name: "MLflow's tables in SQLite",
    schema: """
      CREATE TABLE runs (run_uuid VARCHAR(32) NOT NULL PRIMARY KEY, name VARCHAR(250),
        source_type VARCHAR(20), source_name VARCHAR(500), entry_point_name VARCHAR(50),
        user_id VARCHAR(256), status VARCHAR(9), start_time BIGINT, end_time BIGINT,
        source_version VARCHAR(50), lifecycle_stage VARCHAR(20), artifact_uri VARCHAR(200),
        experiment_id INTEGER, deleted_time BIGINT);
      CREATE TABLE tags (key VARCHAR(250) NOT NULL, value VARCHAR(5000),
        run_uuid VARCHAR(32) NOT NULL, PRIMARY KEY (key, run_uuid));
      CREATE TABLE datasets (dataset_uuid VARCHAR(36) NOT NULL, experiment_id INTEGER NOT NULL,
        name VARCHAR(500) NOT NULL, digest VARCHAR(36) NOT NULL,
        dataset_source_type VARCHAR(36) NOT NULL, dataset_source TEXT NOT NULL,
        dataset_schema TEXT, dataset_profile TEXT, PRIMARY KEY (experiment_id, name, digest));
      CREATE TABLE inputs (input_uuid VARCHAR(36) NOT NULL, source_type VARCHAR(36) NOT NULL,
        source_id VARCHAR(36) NOT NULL, destination_type VARCHAR(36) NOT NULL,
        destination_id VARCHAR(36) NOT NULL,
        PRIMARY KEY (source_type, source_id, destination_type, destination_id));
      CREATE TABLE metrics (key VARCHAR(250) NOT NULL, value FLOAT NOT NULL,
        timestamp BIGINT NOT NULL, run_uuid VARCHAR(32) NOT NULL, step BIGINT NOT NULL,
        is_nan BOOLEAN NOT NULL, PRIMARY KEY (key, timestamp, step, run_uuid, value, is_nan));
      CREATE TABLE latest_metrics (key VARCHAR(250) NOT NULL, value FLOAT NOT NULL,
        timestamp BIGINT, step BIGINT NOT NULL, is_nan BOOLEAN NOT NULL,
        run_uuid VARCHAR(32) NOT NULL, PRIMARY KEY (key, run_uuid));
      """,
    dataset: {
      """
      INSERT INTO datasets VALUES ('\(id("dataset", $0))', 1, 'features/part-\($0).parquet', '1',
        's3', '{"uri": "s3://lake/features/part-\($0).parquet"}', NULL, NULL);
      """
    },
    run: { row in
      let run = id("run", row)
      let tags = [
        ("mlflow.user", "trainer"), ("mlflow.source.name", "train.py"),
        ("mlflow.source.type", "LOCAL"), ("mlflow.runName", "run-\(row)"),
      ].map { "INSERT INTO tags VALUES ('\($0)', '\($1)', '\(run)');" }.joined()
      return """
        INSERT INTO runs VALUES ('\(run)', 'run-\(row)', 'UNKNOWN', '', '', 'trainer', 'FINISHED',
          1750000000000, 1750000001000, '', 'active', 's3://lake/mlflow/1/\(run)/artifacts', 1,
          NULL); \(tags)
        """
    },
    edge: {
      """
      INSERT INTO inputs VALUES ('\(id("input", $0 << 20 | $1))', 'DATASET',
        '\(id("dataset", $1))', 'RUN', '\(id("run", $0))');
      """
    },
    point: { run, key, step, value in
      let run = id("run", run)
      let time = 1_750_000_000_000 + step
      return """
        INSERT INTO metrics VALUES ('\(key)', \(value), \(time), '\(run)', \(step), 0);
        INSERT OR REPLACE INTO latest_metrics VALUES
          ('\(key)', \(value), \(time), \(step), 0, '\(run)');
        """
    })

  /// 32 hexadecimal digits, as random as those of a UUID.
  private static func id(_ kind: String, _ row: Int) -> String {
    var random = SeededRandom(
      seed: UInt64(row) &* 31 &+ UInt64(kind.utf8.reduce(0) { $0 * 31 + Int($1) }))
    return [random.next(), random.next()].map {
      let digits = String($0, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}

extension StoredTables {
  /// The bytes of the file; `nil` where the system has no SQLite.
  func bytes(
    _ content: StoredBytes.Content, _ workload: RunWorkload, _ place: StoreBench
  ) throws -> Int? {
    let path = place.path("\(name.split(separator: " ")[0])-\(content).db")
    guard let database = unsafe baseline_sqlite_open(path) else { return nil }
    defer { unsafe baseline_sqlite_close(database) }
    func run(_ statements: String) throws {
      try check(
        unsafe baseline_sqlite_run(database, statements), "\(name): a statement failed")
    }
    try run("DROP TABLE n; DROP TABLE f; DROP TABLE b; \(schema) BEGIN;")
    for row in workload.datasets.indices { try run(dataset(row)) }
    for number in 0..<(content.hasRuns ? StoredBytes.runs : 0) {
      try run(self.run(number))
      if content == .edge {
        for cause in workload.causes(of: number..<number + 1) {
          try run(edge(number, Int(cause)))
        }
      }
      for step in 0..<(content.hasPoints ? StoredBytes.pointsPerRun : 0) {
        // Of ten that are logged together each has its own key.
        let key = content == .point ? "loss" : "loss-\(step)"
        try run(point(number, key, content == .point ? step : 0, 1 / Double(step + 3)))
      }
    }
    try run("COMMIT; VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return attributes[.size] as? Int
  }
}
