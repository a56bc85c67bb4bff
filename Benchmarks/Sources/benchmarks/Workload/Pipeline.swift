import Provenance

/// Makes graphs of the shape that machine-learning work leaves behind.
///
/// Projects of very different sizes work side by side, the earlier ones more. Each step of a project
/// is a run with 1 to 20 inputs: its code, an environment, then mostly what the project made lately or
/// uses a lot, now and then a public dataset or a base model that everybody uses, and rarely anything
/// at all. A run writes 1 to 4 datasets or models; a model derives from the base model among the
/// inputs. Code and environments have versions. A few results are published and used by everybody
/// from then on.
///
/// Only arithmetic that IEEE 754 fixes to the bit is used: a seed makes the same graph everywhere.
struct Pipeline {
  /// What is decided by chance, and how likely it is.
  enum Chance {
    static let newCode = 0.3
    static let newData = 0.05
    static let dataFromPublic = 0.3
    static let newEnvironment = 0.002
    static let commonEnvironment = 0.3
    static let mostPublicData = 0.02
    static let publicData = 0.06
    static let baseModel = 0.06
    static let usedBefore = 0.51
    static let usedAgain = 0.5
    static let writesModel = 0.5
    static let published = 0.0003
  }

  /// The likelihood that an input is anything of the whole graph; what makes lineage run together.
  let cross: Double
  private let wanted: Int
  private var random: SeededRandom
  private var graph: GraphArrays
  /// Everything that is not a run.
  private var artifacts: [UInt32] = []
  private var publicData: [UInt32] = []
  private var environments: [UInt32] = []
  private var baseModels: [UInt32] = []
  private var projects: [Project] = []
  private let popularity = Popularity(ranks: 32)
  private let environmentPopularity = Popularity(ranks: 16)

  private init(_ name: String, nodes: Int, seed: UInt64, cross: Double) {
    self.cross = cross
    wanted = nodes
    random = SeededRandom(seed: seed)
    graph = GraphArrays(name: name)
  }

  /// Makes a graph.
  ///
  /// - Parameters:
  ///   - name: Its name in rows.
  ///   - nodes: About how many nodes, at least 100: a step or less short of it.
  ///   - seed: What it is made from.
  ///   - cross: See ``cross``; at 0.05 nearly everything descends from nearly everything before it.
  /// - Returns: The graph.
  static func graph(
    named name: String, nodes: Int, seed: UInt64 = 1, cross: Double = 0.0005
  ) -> GraphArrays {
    var pipeline = Pipeline(name, nodes: nodes, seed: seed, cross: cross)
    pipeline.run()
    return pipeline.graph
  }
}

extension Pipeline {
  /// The most nodes that one step adds: code, data, environment, a run and four results.
  private static let largestStep = 8

  private mutating func run() {
    graph.nodeKinds.reserveCapacity(wanted)
    graph.causes.reserveCapacity(wanted * 4)
    graph.effects.reserveCapacity(wanted * 4)
    graph.edgeKinds.reserveCapacity(wanted * 4)
    publicData = (0..<32).map { _ in addArtifact(.dataset) }
    environments = (0..<16).map { _ in addArtifact(.environment) }
    baseModels = (0..<32).map { _ in addArtifact(.model) }
    projects = (0..<min(max(wanted / 20_000, 10), 500)).map { _ in Project(&random) }
    while graph.nodeCount + Self.largestStep <= wanted { step() }
  }

  private mutating func addArtifact(_ kind: NodeKind) -> UInt32 {
    let row = graph.addNode(kind)
    artifacts.append(row)
    return row
  }

  private mutating func step() {
    let early = random.unit()
    let index = Int(early * early * Double(projects.count))
    if projects[index].stepsLeft == 0 { projects[index] = Project(&random) }
    projects[index].stepsLeft -= 1
    prepare(index)
    let inputs = chooseInputs(index)
    let run = graph.addNode(.run)
    for input in inputs {
      graph.addEdge(from: run, to: input)
      let kind = graph.nodeKinds[Int(input)]
      if kind == .dataset || kind == .model, random.chance(Chance.usedAgain) {
        projects[index].used.append(input)
      }
    }
    let base = inputs.first { graph.nodeKinds[Int($0)] == .model }
    for _ in 0..<resultCount() { addResult(of: run, base: base, to: index) }
  }

  /// New versions of what a run needs, before it.
  private mutating func prepare(_ index: Int) {
    let code = projects[index].code
    if code == nil || random.chance(Chance.newCode) {
      let version = addArtifact(.code)
      if let code { graph.addEdge(from: version, to: code) }
      projects[index].code = version
    }
    if projects[index].used.isEmpty || random.chance(Chance.newData) {
      let data = addArtifact(.dataset)
      if random.chance(Chance.dataFromPublic) {
        graph.addEdge(from: data, to: publicData[popularity.rank(&random)])
      }
      projects[index].add(data)
    }
    if random.chance(Chance.newEnvironment) {
      let rank = random.below(environments.count)
      let version = addArtifact(.environment)
      graph.addEdge(from: version, to: environments[rank])
      environments[rank] = version
    }
  }

  private mutating func chooseInputs(_ index: Int) -> [UInt32] {
    let count = 1 + random.below(20)
    var inputs: [UInt32] = []
    if let code = projects[index].code { inputs.append(code) }
    if count > 1 {
      let common = random.chance(Chance.commonEnvironment)
      inputs.append(environments[common ? 0 : environmentPopularity.rank(&random)])
    }
    for _ in 0..<max(0, count - inputs.count) {
      let input = chooseInput(index)
      if !inputs.contains(input) { inputs.append(input) }
    }
    return inputs
  }

  private mutating func chooseInput(_ index: Int) -> UInt32 {
    if random.chance(cross) { return artifacts[random.below(artifacts.count)] }
    var choice = random.unit()
    func isChosen(_ share: Double) -> Bool {
      choice -= share
      return choice < 0
    }
    if isChosen(Chance.mostPublicData) { return publicData[0] }
    if isChosen(Chance.publicData) { return publicData[popularity.rank(&random)] }
    if isChosen(Chance.baseModel) { return baseModels[popularity.rank(&random)] }
    let project = projects[index]
    if isChosen(Chance.usedBefore) { return project.used[random.below(project.used.count)] }
    // The newest most of all.
    let age = random.unit() * random.unit()
    return project.recent[fromNewest: Int(age * Double(project.recent.count))]
  }

  private mutating func resultCount() -> Int {
    let choice = random.unit()
    return choice < 0.4 ? 1 : choice < 0.7 ? 2 : choice < 0.9 ? 3 : 4
  }

  private mutating func addResult(of run: UInt32, base: UInt32?, to index: Int) {
    let isModel = random.chance(Chance.writesModel)
    let result = addArtifact(isModel ? .model : .dataset)
    if isModel, let base { graph.addEdge(from: result, to: base) }
    graph.addEdge(from: result, to: run)
    projects[index].add(result)
    guard random.chance(Chance.published) else { return }
    // The eight that everybody uses most stay what they are.
    let rank = 8 + random.below(24)
    if isModel { baseModels[rank] = result } else { publicData[rank] = result }
  }
}
