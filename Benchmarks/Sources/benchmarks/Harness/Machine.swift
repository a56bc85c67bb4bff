import Foundation

/// What figures depend on and are meaningless without.
enum Machine {
  /// One line: processor, cores, memory, system, compilers.
  static var description: String {
    let information = ProcessInfo.processInfo
    return [
      processor, "\(information.activeProcessorCount) cores",
      "\(information.physicalMemory >> 30) GiB",
      information.operatingSystemVersionString,
      compiler, "C by \(Reference.compiler)",
    ].joined(separator: "; ")
  }

  private static var processor: String {
    let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let model = lines.split(separator: "\n").first { $0.hasPrefix("model name") }
    return model?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
      ?? architecture
  }

  private static var architecture: String {
    #if arch(x86_64)
    "x86_64"
    #elseif arch(arm64)
    "arm64"
    #else
    "unknown processor"
    #endif
  }

  private static var compiler: String {
    #if compiler(>=6.4)
    "Swift 6.4 or later"
    #elseif compiler(>=6.3)
    "Swift 6.3"
    #else
    "Swift 6.2"
    #endif
  }
}
