import Synchronization
import Testing

@testable import Provenance

/// A stored graph in memory, as a file would hold it.
struct StoredImage {
  static let key: (UInt64, UInt64) = (3, 5)

  var bytes: [UInt8] = []
  var sections: [UInt32: Range<Int>] = [:]

  init(_ graph: ProvenanceGraph) {
    var (bytes, sections): ([UInt8], [UInt32: Range<Int>]) = ([], [:])
    let isStored = graph.writeImage(key: Self.key) { section, part in
      bytes += [UInt8](repeating: 0, count: -bytes.count & 63)
      sections[section] = bytes.count..<bytes.count + part.byteCount
      unsafe part.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }
    precondition(isStored)
    (self.bytes, self.sections) = (bytes, sections)
  }

  /// The parts in which another one differs.
  func difference(_ other: StoredImage) -> [ImageSection] {
    ImageSection.allCases.filter { section in
      guard let mine = sections[section.rawValue], let its = other.sections[section.rawValue] else {
        return true
      }
      return bytes[mine] != other.bytes[its]
    }
  }

  /// The checksums of all pages.
  var checksums: [UInt64] {
    stride(from: 0, to: bytes.count, by: ImageMemory.pageByteCount).map { start in
      let page = bytes[start..<min(start + ImageMemory.pageByteCount, bytes.count)]
      return unsafe page.withUnsafeBytes { unsafe XXHash64.hash($0) }
    }
  }

  /// The bytes as memory, with some of them changed.
  func memory(
    flipping damage: [Int] = [], repair: @escaping @Sendable (Int) -> [UInt8]? = { _ in nil }
  ) -> ImageMemory {
    let base = UnsafeMutableRawPointer.allocate(byteCount: bytes.count + 64, alignment: 4096)
    unsafe base.copyMemory(from: bytes, byteCount: bytes.count)
    for position in damage {
      let byte = unsafe base.load(fromByteOffset: position, as: UInt8.self)
      unsafe base.storeBytes(of: byte ^ 0x10, toByteOffset: position, as: UInt8.self)
    }
    let address = UInt(bitPattern: base)
    return unsafe ImageMemory(
      UnsafeMutableRawBufferPointer(start: base, count: bytes.count), checksums: checksums,
      repair: repair,
      release: { unsafe UnsafeMutableRawPointer(bitPattern: address)?.deallocate() })
  }

  /// A page's bytes.
  func page(_ number: Int) -> [UInt8] {
    let start = number * ImageMemory.pageByteCount
    return Array(bytes[start..<min(start + ImageMemory.pageByteCount, bytes.count)])
  }

  func graph(_ memory: ImageMemory? = nil) throws -> ProvenanceGraph {
    try ProvenanceGraph(image: memory ?? self.memory(), sections: sections)
  }
}
