import Provenance

/// A file of a store that is named by a digest, wherever it is at the moment.
struct ObjectFile: Sendable, Hashable {
  /// The kinds of file; each has a directory of its own with 256 directories in it.
  enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The content of an object.
    case object = "sha256"
    /// The chunks of an object, as ``ObjectRecipe`` has them.
    case recipe = "recipes"
    /// A piece of objects, of which recipes tell.
    case chunk = "chunks"
  }

  let kind: Kind
  let digest: SHA256Digest

  init(_ kind: Kind, _ digest: SHA256Digest) {
    self.kind = kind
    self.digest = digest
  }
}

extension ObjectFile.Kind {
  fileprivate var trashSuffix: String {
    switch self {
    case .object: ""
    case .recipe: ".recipe"
    case .chunk: ".chunk"
    }
  }
}

extension ObjectFile {
  /// The name in a batch of the trash; it says of what kind the file is.
  var trashName: String {
    ObjectName.text(of: digest) + kind.trashSuffix
  }

  /// What a name in the trash stands for; `nil` for a foreign one.
  ///
  /// A name that ends in ``takenSuffix`` stands for the same.
  init?(trashName: String) {
    var name = trashName[...]
    if name.hasSuffix(Self.takenSuffix) { name = name.dropLast(Self.takenSuffix.count) }
    guard let digest = ObjectName.digest(of: String(name.prefix(64))),
      let kind = Kind.allCases.first(where: { $0.trashSuffix == name.dropFirst(64) })
    else { return nil }
    self.init(kind, digest)
  }

  /// What a file's name in the trash ends in while it is taken from its place.
  static let takenSuffix = ".taken"
}

extension DirectoryObjectStore {
  /// The directory that a file is in, unless it is in the trash.
  func home(of file: ObjectFile) -> String {
    "\(directory)/\(file.kind.rawValue)/\(fanOut(of: file.digest))"
  }

  /// Where a file is, unless it is in the trash.
  func path(of file: ObjectFile) -> String {
    "\(home(of: file))/\(ObjectName.text(of: file.digest).dropFirst(2))"
  }

  /// Hands over every file of a kind, in ascending order of the digests, while `body` says so.
  func forEachFile(
    _ kind: ObjectFile.Kind, _ body: (ObjectFile, FileStatus) throws -> Bool
  ) throws {
    for fanOut in try names(in: "\(directory)/\(kind.rawValue)") where ObjectName.isFanOut(fanOut) {
      for name in try names(in: "\(directory)/\(kind.rawValue)/\(fanOut)") {
        guard let digest = ObjectName.digest(of: fanOut + name) else { continue }
        let file = ObjectFile(kind, digest)
        guard let status = try fileSystem.statusIfPresent(path(of: file)), status.kind == .regular
        else { continue }
        guard try body(file, status) else { return }
      }
    }
  }
}
