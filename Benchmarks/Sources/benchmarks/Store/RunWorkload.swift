import Provenance

/// Runs of a training job, each with 15 inputs out of a stock of datasets.
///
/// Of the inputs, 3 are among a hundred that everybody uses, 8 among a thousand neighbours that move
/// along with the runs, 4 are any. Everything follows from the number of the run, so that all
/// contenders commit the same.
struct RunWorkload: Sendable {
  static let causesPerRun = 15
  static let datasetCount = 20_000
  private static let hubs = 100
  private static let neighbours = 1000

  let datasets: [Dataset]
  private let ids: [NodeID]

  init() throws {
    let datasets = try (0..<Self.datasetCount).map {
      try Dataset("features/part-\($0).parquet", version: "1", namespace: "s3://lake")
    }
    self.datasets = datasets
    ids = datasets.map(\.id)
  }
}

extension RunWorkload {
  /// What a store holds before the first run.
  func start() throws -> [Record] { try datasets.map { try Record($0) } }

  /// The inputs of runs, as places in ``datasets``, 15 for each run and none twice.
  func causes(of runs: Range<Int>) -> [UInt32] {
    var all: [UInt32] = []
    all.reserveCapacity(runs.count * Self.causesPerRun)
    for run in runs {
      var random = SeededRandom(seed: UInt64(run))
      let first = all.count
      while all.count - first < Self.causesPerRun {
        let place: Int
        switch all.count - first {
        case 0..<3: place = random.below(Self.hubs)
        case 3..<11:
          place = (run / 4 + random.below(Self.neighbours)) % Self.datasetCount
        default: place = random.below(Self.datasetCount)
        }
        if !all[first...].contains(UInt32(place)) { all.append(UInt32(place)) }
      }
    }
    return all
  }

  /// The records of runs: of names that are checked and hashed, and of inputs whose ids are known.
  ///
  /// - Parameters:
  ///   - runs: The numbers of the runs.
  ///   - causes: What ``causes(of:)`` gives for them.
  /// - Returns: The records.
  /// - Throws: What the library says of a wrong name.
  func records(_ runs: Range<Int>, _ causes: [UInt32]) throws -> [Record] {
    var records: [Record] = []
    records.reserveCapacity(runs.count)
    var next = 0
    for number in runs {
      let run = try Run("train", id: "run-\(number)", namespace: "s3://lake")
      var edges: [Edge] = []
      edges.reserveCapacity(Self.causesPerRun)
      for place in causes[next..<next + Self.causesPerRun] {
        edges.append(try Edge(effect: run.id, kind: .used, cause: ids[Int(place)]))
      }
      next += Self.causesPerRun
      records.append(try Record(run, edges: edges))
    }
    return records
  }
}
