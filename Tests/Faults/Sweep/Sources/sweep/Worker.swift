import Foundation
import ProvenanceStorage

/// What runs in processes of its own: to be killed, kept short of something, or failed by strace.
enum Worker {
  /// Batches of several sizes, so that segments end at different places of them.
  static func batch(_ number: Int) -> LogBatch {
    Logs.batch(number, entries: number % 5 + 1, size: 150)
  }

  /// Segments of a size: small where one is to end soon.
  static func options(_ bytes: Int = 32768) -> DirectoryLogOptions {
    Logs.options(segmentByteCount: bytes)
  }

  static func object(_ number: Int) -> [UInt8] {
    let size = [10, 5000, 270_000][number % 3]
    return (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8 &+ number) }
  }

  /// A file that gets one line for each thing that is acknowledged.
  struct Acknowledgements {
    let file: FileHandle

    init(_ path: String) throws {
      if !FileManager.default.fileExists(atPath: path) {
        try Data().write(to: URL(fileURLWithPath: path))
      }
      file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try file.seekToEnd()
    }

    func add(_ line: String) throws { try file.write(contentsOf: Data((line + "\n").utf8)) }

    static func numbers(_ path: String, _ kind: String) -> [Int] {
      let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      return text.split(separator: "\n").compactMap { line in
        let words = line.split(separator: " ")
        return words.count == 2 && words[0] == kind ? Int(words[1]) : nil
      }
    }
  }

  /// Opens the log, or makes it.
  static func open(_ path: String, segments bytes: Int = 32768) throws -> DirectoryRecordLog {
    do {
      return try DirectoryRecordLog.open(at: path, mode: .write, options: options(bytes))
    } catch let error as StorageError where [.notFound, .notAStore].contains(error.kind) {
      return try DirectoryRecordLog.create(at: path, options: options(bytes))
    }
  }

  /// Appends until it is killed.
  static func write(at path: String, acknowledgements: String) throws {
    let file = try Acknowledgements(acknowledgements)
    let log = try open(path)
    for number in try Logs.contents(log).count... {
      _ = try log.append([batch(number)])
      try file.add("log \(number)")
    }
  }

  /// A fixed piece of work on a log and on objects; an error of the store ends it in order.
  static func script(at path: String, acknowledgements: String) throws {
    let file = try Acknowledgements(acknowledgements)
    do {
      for _ in 0..<2 {
        let log = try open(path, segments: 8192)
        let first = try Logs.contents(log).count
        for number in first..<first + 9 {
          _ = try log.append([batch(number)])
          try file.add("log \(number)")
        }
        try log.close()
      }
    } catch let error as StorageError { print("log: \(error)") }
    do {
      let objects = try DirectoryObjectStore(directory: path + ".objects")
      for number in 0..<3 {
        try objects.put(object(number))
        try file.add("object \(number)")
      }
    } catch let error as StorageError { print("objects: \(error)") }
  }

  /// Throws unless all that was acknowledged is there, and nothing else than what was written.
  static func check(at path: String, acknowledgements: String) throws {
    let log = try open(path)
    let found = try Logs.contents(log)
    for (number, entries) in found.enumerated() where entries != batch(number).entries {
      throw SweepFailure("batch \(number) is another")
    }
    let last = Acknowledgements.numbers(acknowledgements, "log").last ?? -1
    guard found.count > last else {
      throw SweepFailure("\(found.count) batches, and \(last) was acknowledged")
    }
    _ = try log.append([batch(found.count)])
    try log.close()
    let objects = try DirectoryObjectStore(directory: path + ".objects")
    for number in Acknowledgements.numbers(acknowledgements, "object") {
      guard try objects.bytes(of: SystemSHA256.hash(object(number))) == object(number) else {
        throw SweepFailure("object \(number) differs")
      }
    }
    for finding in try objects.verify(references: nil).findings where finding.kind != .abandoned {
      throw SweepFailure("\(finding)")
    }
  }

  /// Reads along until a file says to stop; throws when anything is out of order.
  static func follow(at path: String, until stop: String) throws {
    var reader: DirectoryRecordLog?
    var next = 0
    var sequence: UInt64 = 0
    while true {
      // Asked before looking, so that the last look sees everything.
      let isLast = FileManager.default.fileExists(atPath: stop)
      if let reader {
        try reader.refresh()
      } else {
        reader = try? DirectoryRecordLog.open(at: path, mode: .read, options: options())
      }
      try reader?.read(from: sequence) { transaction in
        guard transaction.entries == batch(next).entries else {
          throw SweepFailure("a reader sees another batch \(next)")
        }
        next += 1
        sequence = transaction.nextSequence
        return true
      }
      if isLast { return print(next) }
    }
  }
}
