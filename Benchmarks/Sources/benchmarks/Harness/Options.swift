/// What was asked for on the command line.
struct Options {
  static let usage = """
    usage: benchmarks [--only PATTERN] [--json FILE] [--list]
      --only PATTERN  run the benchmarks whose names hold PATTERN; * stands for anything
      --json FILE     write the rows to FILE as well, as a JSON array
      --list          print the names and stop
    """

  var only: String?
  var json: String?
  var list = false
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
      case "--list": list = true
      default: throw BenchmarkFailure("unknown argument \(argument)\n\(Self.usage)")
      }
    }
  }

  /// The benchmarks to run.
  func select(from all: [Benchmark]) throws -> [Benchmark] {
    if let child { return all.filter { $0.name == child } }
    guard let only else { return all }
    let selected = all.filter { $0.name.matches(only) }
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
