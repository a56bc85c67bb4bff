/// A project of a pipeline: what it made lately, and what it uses a lot.
struct Project {
  /// A heavy-tailed number of steps, after which another project takes its place.
  var stepsLeft: Int
  var code: UInt32?
  /// What was used, as often as it was used: a draw from it prefers what is popular.
  var used = Ring(capacity: 512)
  var recent = Ring(capacity: 64)

  init(_ random: inout SeededRandom) {
    // A Pareto distribution with exponent 8/7, by square roots alone: `pow` differs between systems.
    let root = (1 - random.unit()).squareRoot()
    let fourth = root.squareRoot()
    stepsLeft = Int(min(60 / (root * fourth * fourth.squareRoot()), 15_000))
  }

  mutating func add(_ artifact: UInt32) {
    recent.append(artifact)
    used.append(artifact)
  }
}

/// The last so many rows.
struct Ring {
  private let capacity: Int
  private var rows: [UInt32] = []
  private var next = 0

  init(capacity: Int) { self.capacity = capacity }

  var count: Int { rows.count }
  var isEmpty: Bool { rows.isEmpty }

  /// A row at some place, in no order.
  subscript(place: Int) -> UInt32 { rows[place] }

  /// A row by age, the newest at 0.
  subscript(fromNewest age: Int) -> UInt32 {
    rows[(next + rows.count - 1 - age) % rows.count]
  }

  mutating func append(_ row: UInt32) {
    if rows.count < capacity { rows.append(row) } else { rows[next] = row }
    next = (next + 1) % capacity
  }
}

/// Ranks after Zipf: each is as likely as one over its number.
struct Popularity {
  private let shares: [Double]

  init(ranks: Int) {
    var total = 0.0
    shares = (1...ranks).map {
      total += 1 / Double($0)
      return total
    }
  }

  func rank(_ random: inout SeededRandom) -> Int {
    let choice = random.unit() * (shares.last ?? 1)
    return shares.firstIndex { choice < $0 } ?? shares.count - 1
  }
}
