import Provenance
import ProvenanceStorage
import ProvenanceTestKit

/// The same random operations on every backend, each compared with a model in plain arrays.
enum Models {
  static func run(operations: Int) throws {
    let backends: [(String, (UInt64, Int) throws -> Void)] = [
      ("memory log", { try log(MemoryRecordLog(), reopen: nil, seed: $0, operations: $1) }),
      (
        "directory log",
        { seed, count in
          let system = MemoryFileSystem()
          try log(
            Logs.create(system), reopen: { try Logs.open(system) }, seed: seed, operations: count)
        }
      ),
      ("memory objects", { try objects(MemoryObjectStore(), seed: $0, operations: $1) }),
      (
        "directory objects",
        { seed, count in
          try objects(
            DirectoryObjectStore(directory: "/o", fileSystem: MemoryFileSystem()), seed: seed,
            operations: count)
        }
      ),
      (
        "chunked objects",
        { seed, count in
          try objects(
            DirectoryObjectStore(
              directory: "/o", chunking: Stores.small, fileSystem: MemoryFileSystem()),
            seed: seed, operations: count)
        }
      ),
      ("store in memory", { try store(reopens: false, seed: $0, operations: $1) }),
      ("store in a directory", { try store(reopens: true, seed: $0, operations: $1) }),
    ]
    // Many short runs: a log is read as a whole now and then.
    let run = 500
    for (name, backend) in backends {
      let tally = Tally("operations on \(name)")
      for seed in 0..<UInt64((operations + run - 1) / run) {
        do {
          try backend(seed, run)
          tally.add(run)
        } catch { tally.add(run, ["seed \(seed): \(error)"]) }
      }
      try tally.finish(atLeast: operations)
    }
  }

  static func log(
    _ first: any RecordLog, reopen: (() throws -> any RecordLog)?, seed: UInt64, operations: Int
  ) throws {
    var log = first
    var random = SeededGenerator(seed: seed)
    var model: [[LogEntry]] = []
    var tree = MerkleTree()
    var starts: [UInt64] = []
    for number in 0..<operations {
      switch Int.random(in: 0..<100, using: &random) {
      case 0..<70:
        let batches = (0..<Int.random(in: 0...2, using: &random)).map { place in
          let count = Int.random(in: 0...3, using: &random)
          return Logs.batch(Int(seed) * 10_000 + number * 3 + place, entries: count, size: 40)
        }
        let commits = try log.append(batches)
        guard commits.count == batches.count else { throw SweepFailure("one commit a batch") }
        for (batch, commit) in zip(batches, commits) where !batch.entries.isEmpty {
          model.append(batch.entries)
          starts.append(commit.sequences.lowerBound)
          for entry in batch.entries { tree.append(entry.leaf) }
          guard commit.sequences.count == batch.entries.count,
            commit.sequences.lowerBound + UInt64(batch.entries.count) + 1 == commit.treeSize
          else { throw SweepFailure("sequence numbers at \(number)") }
          try log.read(from: commit.sequences.lowerBound) {
            if $0.sequences == commit.sequences { tree.append($0.commit.leaf) }
            return false
          }
        }
        guard tree.size == log.head.treeSize, tree.root == log.head.root else {
          throw SweepFailure("the head at \(number)")
        }
      case 70..<97:
        guard let place = starts.indices.randomElement(using: &random) else { continue }
        var found: [[LogEntry]] = []
        try log.read(from: starts[place]) {
          found.append($0.entries)
          return found.count < 3
        }
        guard found == Array(model[place...].prefix(3)) else {
          throw SweepFailure("reading from \(starts[place]) at \(number)")
        }
      default:
        if let reopen {
          try log.close()
          log = try reopen()
        }
        guard try Logs.contents(log) == model, log.head.root == tree.root else {
          throw SweepFailure("the content at \(number)")
        }
      }
    }
    try log.close()
  }

  static func objects(_ store: any ObjectStore, seed: UInt64, operations: Int) throws {
    var random = SeededGenerator(seed: seed)
    var model: [SHA256Digest: [UInt8]] = [:]
    let contents = (0..<24).map { number -> [UInt8] in
      let size = [0, 1, 60, 300, 2000][Int.random(in: 0..<5, using: &random)]
      return (0..<size).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3 &+ number &* 7) }
    }
    for number in 0..<operations {
      guard let content = contents.randomElement(using: &random) else { return }
      let digest = SystemSHA256.hash(content)
      switch Int.random(in: 0..<100, using: &random) {
      case 0..<35:
        guard try store.put(content).digest == digest else { throw SweepFailure("put \(number)") }
        model[digest] = content
      case 35..<50:
        let wasThere = try store.delete(digest)
        guard wasThere == (model[digest] != nil) else { throw SweepFailure("delete \(number)") }
        model[digest] = nil
      case 50..<70:
        let found = model[digest] == nil ? nil : try store.bytes(of: digest)
        guard found == model[digest], try store.contains(digest) == (found != nil) else {
          throw SweepFailure("bytes \(number)")
        }
      case 70..<80:
        guard try store.size(of: digest) == model[digest].map({ UInt64($0.count) }) else {
          throw SweepFailure("size \(number)")
        }
      case 80..<97:
        guard let known = model[digest], !known.isEmpty else { continue }
        let start = Int.random(in: 0..<known.count, using: &random)
        let end = Int.random(in: start...known.count, using: &random)
        guard
          try store.bytes(of: digest, in: UInt64(start)..<UInt64(end)) == Array(known[start..<end])
        else { throw SweepFailure("range \(number)") }
      default:
        var listed: Set<SHA256Digest> = []
        try store.list {
          listed.insert($0.digest)
          return true
        }
        guard listed == Set(model.keys) else { throw SweepFailure("list \(number)") }
      }
    }
  }

  static func store(reopens: Bool, seed: UInt64, operations: Int) throws {
    var options = StoreScenario.options(MemoryFileSystem())
    options.checkpointInterval = .max
    var store =
      try reopens ? ProvenanceStore.open(at: "/s", options: options) : ProvenanceStore.inMemory()
    var random = SeededGenerator(seed: seed)
    var model: Set<Int> = []
    for number in 0..<operations {
      let link = Int.random(in: 0..<60, using: &random)
      let output = try Dataset("table", version: "\(link)", namespace: "chain")
      switch Int.random(in: 0..<100, using: &random) {
      case 0..<45:
        try store.commit(StoreScenario.link(link))
        model.insert(link)
      case 45..<97:
        let value = store.graph.attribute("number", of: output)?.intValue
        guard value == (model.contains(link) ? Int64(link) : nil) else {
          throw SweepFailure("attribute \(number)")
        }
        guard store.graph.contains(output) == model.contains(link),
          store.graph.nodeCount == 2 * model.count
        else { throw SweepFailure("nodes \(number)") }
      default:
        guard reopens else { continue }
        let head = store.head
        try store.close()
        store = try ProvenanceStore.open(at: "/s", options: options)
        guard store.head == head else { throw SweepFailure("head \(number)") }
      }
    }
    try store.close()
  }
}
