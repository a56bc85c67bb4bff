import Foundation
import Provenance
import Testing

/// The relation table of the compiler: what the table allows compiles, and nothing else does.
///
/// Both files have the same forms of expression, so that an error in the second is one of types.
@Suite(.enabled(if: RelationProbe.compiler != nil, "needs swiftc in PATH and built modules"))
struct RelationCompileTests {
  @Test func everyAllowedEdgeCompiles() async throws {
    let probe = RelationProbe(allowed: true)
    let result = try await probe.check()
    #expect(result.lines.isEmpty && result.succeeded, "\(result.output)")
    #expect(probe.expressions.count == 2 * 58)
  }

  @Test func everyForbiddenEdgeIsAnErrorOnItsLine() async throws {
    let probe = RelationProbe(allowed: false)
    let result = try await probe.check()
    #expect(!result.succeeded)
    #expect(probe.expressions.count == 2 * 167)
    let compiled = Set(probe.lines).subtracting(result.lines).sorted()
    #expect(compiled.isEmpty, "compiled: \(compiled.map { probe.source[$0 - 1] })")
    #expect(result.lines.isSubset(of: Set(probe.lines)), "\(result.output)")
  }
}

/// A generated file with one function for each combination, and what the compiler says of it.
struct RelationProbe {
  let source: [String]
  let expressions: [String]
  /// The lines of the expressions, from 1.
  let lines: [Int]

  init(allowed: Bool) {
    var source = ["import Provenance"]
    var expressions: [String] = []
    var lines: [Int] = []
    for combination in RelationCombination.all where combination.isAllowed == allowed {
      let (effect, cause) = (Self.type(combination.effect), Self.type(combination.cause))
      let kind = combination.kind
      for (form, expression) in [
        ("edge", "try Edge(effect, .\(kind), cause)"), ("method", "try effect.\(kind)(cause)"),
      ] {
        let name = "\(form)_\(kind)_\(effect)_\(cause)"
        source.append("func \(name)(_ effect: \(effect), _ cause: \(cause)) throws -> Edge {")
        source.append("  \(expression)")
        source.append("}")
        lines.append(source.count - 1)
        expressions.append(expression)
      }
    }
    self.source = source
    self.expressions = expressions
    self.lines = lines
  }

  private static func type(_ kind: NodeKind) -> String {
    let name = kind.description
    return name.prefix(1).uppercased() + name.dropFirst()
  }

  struct Result {
    var succeeded: Bool
    /// The lines with an error, from 1.
    var lines: Set<Int>
    var output: String
  }

  /// Type checks the file; the diagnostics go through a file, so that no pipe can fill up.
  func check() async throws -> Result {
    let compiler = try #require(Self.compiler)
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("relation-probe-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("Probe.swift")
    let log = folder.appendingPathComponent("diagnostics.txt")
    try Data(source.joined(separator: "\n").utf8).write(to: file)
    try Data().write(to: log)
    let handle = try FileHandle(forWritingTo: log)
    defer { try? handle.close() }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "swiftc", "-typecheck", "-swift-version", "6", "-diagnostic-style", "llvm", "-I",
      compiler.modules.path, "-module-cache-path", folder.appendingPathComponent("cache").path,
      file.path,
    ]
    process.standardOutput = handle
    process.standardError = handle
    let status: Int32 = try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do {
        try process.run()
      } catch {
        process.terminationHandler = nil
        continuation.resume(throwing: error)
      }
    }
    let output = try String(contentsOf: log, encoding: .utf8)
    return Result(succeeded: status == 0, lines: Self.errorLines(output), output: output)
  }

  private static func errorLines(_ output: String) -> Set<Int> {
    let errors = output.split(separator: "\n").filter { $0.contains(": error: ") }
    return Set(
      errors.compactMap { error in
        error.range(of: "Probe.swift:").flatMap {
          Int(error[$0.upperBound...].prefix { $0 != ":" })
        }
      })
  }

  /// Where the library's module is and that a compiler is there; `nil` where either is missing.
  static let compiler: (modules: URL, version: String)? = {
    guard let modules else { return nil }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["swiftc", "--version"]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let version = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return process.terminationStatus == 0 ? (modules, version) : nil
  }()

  /// The folder of module files of this very build: beside the test executable or its resources.
  private static let modules: URL? = {
    let starts = [Bundle.module.bundleURL, URL(fileURLWithPath: CommandLine.arguments[0])]
    for start in starts {
      var folder = start.resolvingSymlinksInPath()
      for _ in 0..<5 {
        folder.deleteLastPathComponent()
        let modules = folder.appendingPathComponent("Modules")
        let module = modules.appendingPathComponent("Provenance.swiftmodule")
        if FileManager.default.fileExists(atPath: module.path) { return modules }
      }
    }
    return nil
  }()
}
