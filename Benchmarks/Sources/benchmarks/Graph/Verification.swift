import Provenance

/// Checks every answer about a graph, the library's and the C reference's, before anything is timed.
struct Verification {
  enum Part: CaseIterable {
    case reach
    case pairs
    case paths
  }

  private let graph: String
  private let arrays: GraphArrays
  private let questions: Questions
  private let ours: Subject
  private let reference: Reference

  init(_ source: GraphSource, _ bench: Workbench) throws {
    graph = source.name
    (arrays, questions) = try bench.workload(source)
    ours = try bench.subject(source)
    reference = try bench.reference(source)
  }
}

extension Verification {
  /// How many answers are compared node by node, and how large they may be.
  private static let comparedAnswers = 50
  private static let largestComparedAnswer = 100_000

  func check(_ part: Part) throws {
    switch part {
    case .reach:
      try checkReach()
      try compareNodes(.upstream)
      try compareNodes(.downstream)
    case .pairs: try checkPairs()
    case .paths: try checkPaths()
    }
  }

  private func checkReach() throws {
    for question in questions.reach + [questions.hub] {
      let node = question.node
      let upstream = [
        ("ours", try ours.ancestors(of: node)), ("C", reference.ancestors(of: node)),
        ("textbook C", reference.textbookAncestors(of: node)),
      ]
      let downstream = [
        ("ours", try ours.descendants(of: node)), ("C", reference.descendants(of: node)),
        ("textbook C", reference.textbookDescendants(of: node)),
      ]
      for (answers, expected, name) in [
        (upstream, question.ancestors, "ancestors"),
        (downstream, question.descendants, "descendants"),
      ] {
        for (who, count) in answers where count != expected {
          throw BenchmarkFailure(
            "\(graph): node \(node) has \(expected) \(name), and \(who) finds \(count)")
        }
      }
    }
  }

  /// Compares some answers of ours node by node, and their order with what the library promises.
  private func compareNodes(_ direction: SimpleSearch.Direction) throws {
    var search = SimpleSearch(arrays)
    let compared = questions.reach.filter {
      max($0.ancestors, $0.descendants) <= Self.largestComparedAnswer
    }.prefix(Self.comparedAnswers)
    for question in compared {
      let expected = search.reach(from: question.node, direction)
      let found = try ours.answer(question.node, direction)
      let place = Dictionary(zip(found, found.indices), uniquingKeysWith: { first, _ in first })
      let isSame =
        place.count == found.count && found.count == expected.count
        && expected.allSatisfy { place[ours.id(of: $0)] != nil }
      if !isSame { throw BenchmarkFailure("\(graph): wrong nodes for node \(question.node)") }
      for effect in expected {
        for cause in search.directCauses(of: effect) {
          guard let earlier = place[ours.id(of: cause)], let later = place[ours.id(of: effect)],
            earlier > later
          else { continue }
          throw BenchmarkFailure(
            "\(graph): in the answer for node \(question.node), \(effect) is before its cause \(cause)"
          )
        }
      }
    }
  }

  private func checkPairs() throws {
    for pair in questions.pairs {
      for (who, answer) in [
        ("ours", try ours.isAncestor(pair.ancestor, of: pair.node)),
        ("C", reference.isAncestor(pair.ancestor, of: pair.node)),
      ] where answer != pair.holds {
        throw BenchmarkFailure(
          """
          \(graph): \(pair.ancestor) is \(pair.holds ? "an" : "no") ancestor of \(pair.node), and \
          \(who) says \(answer)
          """)
      }
    }
  }

  private func checkPaths() throws {
    for path in questions.paths {
      for (who, length) in [
        ("ours", try ours.pathLength(from: path.node, to: path.ancestor)),
        ("C", reference.pathLength(from: path.node, to: path.ancestor)),
      ] where length != path.length {
        throw BenchmarkFailure(
          """
          \(graph): \(path.length) edges lead from \(path.node) to \(path.ancestor), and \(who) says \
          \(length)
          """)
      }
    }
  }
}
