/// What was asked for on the command line.
struct Options {
  static let usage = """
    usage: benchmarks [--only PATTERN] [--list] [--json FILE] [--nodes N | --graph DIR]
                      [--directory DIR]
           benchmarks --plot FILE [--nodes N]
           benchmarks --gate FILE [--update]
           benchmarks --export DIR [--nodes N]
      --only PATTERN  run the benchmarks whose names hold PATTERN; * stands for anything
      --list          print the names and stop
      --json FILE     write the rows to FILE as well, as a JSON array
      --nodes N       how large the standard graph is; the largest one of a plot
      --graph DIR     run the graph benchmarks on the graph in DIR, checking its answers first
      --directory DIR where store.* keeps its files; the temporary directory unless told
      --plot FILE     draw how cost grows with the graph, as SVG
      --gate FILE     compare counts, no times, with the limits in FILE; fails where one is passed
      --export DIR    write the standard graph and its questions to DIR, for other programs
      --update        write the counts to that file instead
    """

  var only: String?
  var json: String?
  var list = false
  var plot: String?
  var gate: String?
  var update = false
  /// A folder to write the standard graph to.
  var export: String?
  /// A folder with a graph, instead of the standard one.
  var graph: String?
  /// Where durable stores are made, instead of the temporary directory.
  var directory: String?
  private var givenNodes: Int?
  /// The exact name of the one benchmark that a child process runs, printing JSON and no table.
  var child: String?

  init(_ arguments: some Sequence<String>) throws {
    var rest = arguments.makeIterator()
    func value(of option: String) throws -> String {
      guard let value = rest.next() else { throw BenchmarkFailure("\(option) needs a value") }
      return value
    }
    while let argument = rest.next() {
      switch argument {
      case "--only": only = try value(of: argument)
      case "--json": json = try value(of: argument)
      case "--child": child = try value(of: argument)
      case "--plot": plot = try value(of: argument)
      case "--gate": gate = try value(of: argument)
      case "--export": export = try value(of: argument)
      case "--graph": graph = try value(of: argument)
      case "--directory": directory = try value(of: argument)
      case "--nodes": givenNodes = try Self.nodes(value(of: argument))
      case "--list": list = true
      case "--update": update = true
      default: throw BenchmarkFailure("unknown argument \(argument)\n\(Self.usage)")
      }
    }
    try check(!update || gate != nil, "--update needs --gate")
    try check(graph == nil || givenNodes == nil, "--graph and --nodes exclude each other")
  }

  private static func nodes(_ text: String) throws -> Int {
    guard let nodes = Int(text), (1000...100_000_000).contains(nodes) else {
      throw BenchmarkFailure("--nodes takes a number from 1000 to 100000000, not \(text)")
    }
    return nodes
  }
}

extension Options {
  /// The size of the standard graph.
  var nodes: Int { givenNodes ?? Subject.standardNodes }
  /// The size of the largest graph of a plot.
  var plotNodes: Int { givenNodes ?? Subject.plottedNodes }

  /// The benchmarks to run.
  func select(from all: [Benchmark]) throws -> [Benchmark] {
    if let child { return all.filter { $0.name == child } }
    let suitable = graph == nil ? all : all.filter(\.takesGraph)
    guard let only else { return suitable }
    let selected = suitable.filter { $0.name.matches(only) }
    if selected.isEmpty { throw BenchmarkFailure("no benchmark matches \(only)") }
    return selected
  }
}

extension String {
  /// Whether the parts of a pattern between its asterisks occur in this order.
  fileprivate func matches(_ pattern: String) -> Bool {
    var rest = self[...]
    for part in pattern.split(separator: "*") {
      guard let found = rest.firstRange(of: part) else { return false }
      rest = rest[found.upperBound...]
    }
    return true
  }
}
