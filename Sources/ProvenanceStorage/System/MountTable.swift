/// The mounts of a Linux process, as `/proc/self/mountinfo` lists them (`proc_pid_mountinfo(5)`).
///
///     36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
///                      ^ mount point              ^ file system, after a lone "-"
///
/// Blanks and backslashes in a mount point are written as a backslash and three octal digits.
struct MountTable {
  var mounts: [(point: [UInt8], name: String)] = []

  /// Reads a table; lines that it cannot read are left out.
  init(parsing text: [UInt8]) {
    for line in text.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: " "))
      guard fields.count > 6,
        let dash = fields.dropFirst(6).firstIndex(where: { $0.elementsEqual("-".utf8) }),
        dash + 1 < fields.count
      else { continue }
      let name = String(decoding: fields[dash + 1], as: UTF8.self)
      mounts.append((Self.unescape(fields[4]), name))
    }
  }

  /// The file system that holds an absolute path without links; `nil` when no mount covers it.
  func kind(ofPath path: String) -> FileSystemKind? {
    let path = Array(path.utf8)
    var best: (length: Int, name: String)?
    for mount in mounts where Self.covers(mount.point, path) {
      // A later mount at the same point hides the earlier one.
      if mount.point.count >= best?.length ?? 0 { best = (mount.point.count, mount.name) }
    }
    guard let best else { return nil }
    return FileSystemKind(name: best.name, isNetwork: Self.isNetwork(best.name))
  }

  private static func covers(_ point: [UInt8], _ path: [UInt8]) -> Bool {
    guard path.starts(with: point) else { return false }
    return point.last == UInt8(ascii: "/") || path.count == point.count
      || path[point.count] == UInt8(ascii: "/")
  }

  private static let networks: Set<String> = [
    "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "9p", "ceph", "afs", "kafs", "lustre",
    "gpfs", "gfs2", "glusterfs", "ocfs2", "coda", "ncpfs", "beegfs", "orangefs", "fuse",
  ]

  /// Whether a file system of that name is reached over a network.
  ///
  /// All of FUSE counts (sshfs, s3fs, gcsfuse), since its name says nothing of what is behind it;
  /// `fuseblk` is a local disk.
  static func isNetwork(_ name: String) -> Bool {
    networks.contains(name) || name.utf8.starts(with: "fuse.".utf8)
  }

  private static func unescape(_ field: ArraySlice<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var position = field.startIndex
    while position < field.endIndex {
      let byte = field[position]
      let digits = field[min(position + 1, field.endIndex)...].prefix(3)
      if byte == UInt8(ascii: "\\"), digits.count == 3,
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
      {
        bytes.append(value)
        position += 4
      } else {
        bytes.append(byte)
        position += 1
      }
    }
    return bytes
  }
}
