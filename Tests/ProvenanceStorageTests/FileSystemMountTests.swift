import Testing

@testable import ProvenanceStorage

@Suite struct FileSystemMountTests {
  static let table = MountTable(
    parsing: Array(
      #"""
      22 1 259:1 / / rw,relatime shared:1 - ext4 /dev/root rw
      30 22 0:25 / /data rw shared:2 master:3 - xfs /dev/sdb rw
      31 30 0:26 / /data/shared\040files rw - nfs4 server:/x rw
      32 22 0:27 / /home/me/remote rw - fuse.sshfs me@host: rw
      33 22 8:1 / /win rw - fuseblk /dev/sdc1 rw
      34 30 0:28 / /data rw - btrfs /dev/sdd rw
      a broken line
      """#.utf8))

  @Test(arguments: [
    ("/", "ext4", false), ("/etc", "ext4", false), ("/database", "ext4", false),
    ("/data", "btrfs", false), ("/data/x", "btrfs", false),
    ("/data/shared files/s", "nfs4", true), ("/home/me/remote", "fuse.sshfs", true),
    ("/win/store", "fuseblk", false),
  ])
  func findsTheMount(path: String, name: String, isNetwork: Bool) {
    #expect(Self.table.kind(ofPath: path) == FileSystemKind(name: name, isNetwork: isNetwork))
  }

  @Test func knowsNothingWithoutMounts() {
    #expect(MountTable(parsing: []).kind(ofPath: "/") == nil)
  }
}
