import Foundation
import Provenance

/// The machine that a run takes place on, as far as lineage cares: what can change a result.
struct HostFacts: Sendable {
  /// `os.name`, `os.version`, `os.kernel`, `cpu.architecture`, `cpu.model`, `cpu.count`,
  /// `memory.bytes`, `swift.version`; only what is known.
  var attributes: AttributeMap

  /// The environment's node: its version is the digest of the facts, so that equal machines are one.
  func node() throws -> Environment {
    var encoder = CBOREncoder()
    try attributes.encode(into: &encoder)
    let name = ["os.name", "cpu.architecture"].compactMap { attributes[$0]?.stringValue }
    return try Environment(
      name.isEmpty ? "host" : name.joined(separator: "-"),
      content: SHA256.hash(encoder.bytes), namespace: "host")
  }

  /// The machine that this process runs on.
  static func current() -> HostFacts {
    var facts = AttributeMap()
    #if os(Linux)
    facts["os.name"] = "linux"
    #elseif os(macOS)
    facts["os.name"] = "macos"
    #elseif os(iOS)
    facts["os.name"] = "ios"
    #endif
    #if arch(x86_64)
    facts["cpu.architecture"] = "x86_64"
    #elseif arch(arm64)
    facts["cpu.architecture"] = "arm64"
    #endif
    let process = ProcessInfo.processInfo
    facts["cpu.count"] = .int(Int64(process.processorCount))
    facts["memory.bytes"] = .int(Int64(clamping: process.physicalMemory))
    facts["swift.version"] = .string(swiftVersion)
    #if os(Linux)
    facts["os.version"] = field("PRETTY_NAME", separator: "=", of: "/etc/os-release")
      .map { .string($0.filter { $0 != "\"" }) }
    facts["os.kernel"] = firstLine(of: "/proc/sys/kernel/osrelease").map { .string($0) }
    facts["cpu.model"] = field("model name", separator: ":", of: "/proc/cpuinfo")
      .map { .string($0) }
    #else
    facts["os.version"] = .string(process.operatingSystemVersionString)
    #endif
    return HostFacts(attributes: facts)
  }

  private static var swiftVersion: String {
    #if swift(>=6.4)
    "6.4 or later"
    #elseif swift(>=6.3)
    "6.3"
    #else
    "6.2"
    #endif
  }

  private static func lines(of path: String) -> [Substring] {
    guard let file = FileHandle(forReadingAtPath: path) else { return [] }
    defer { try? file.close() }
    // The first processor of /proc/cpuinfo is within 64 KiB; the rest repeats it.
    guard let data = try? file.read(upToCount: 1 << 16) else { return [] }
    return String(decoding: data, as: UTF8.self).split(separator: "\n")
  }

  private static func firstLine(of path: String) -> String? {
    lines(of: path).first.map(String.init)
  }

  private static func field(_ key: String, separator: Character, of path: String) -> String? {
    for line in lines(of: path) {
      let parts = line.split(separator: separator, maxSplits: 1)
      guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == key else { continue }
      return parts[1].trimmingCharacters(in: .whitespaces)
    }
    return nil
  }
}
