// The one file that imports the C library: each function is one call, without policy.

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#else
#error("ProvenanceStorage needs a C library that it knows")
#endif

/// The system calls, one function each; what fails returns the error number.
enum SystemCalls {
  /// The number that the last failed call left behind.
  static var lastError: Int32 { errno }

  static let interrupted = EINTR
  static let wouldBlock = EWOULDBLOCK

  static let errorNumbers: [(Int32, String, StorageError.Kind, String)] = [
    (ENOSPC, "ENOSPC", .noSpace, "the device is full"),
    (EDQUOT, "EDQUOT", .noSpace, "the disk quota is used up"),
    (EFBIG, "EFBIG", .limitExceeded, "the file is larger than the system allows"),
    (EROFS, "EROFS", .readOnlyFileSystem, "the file system is read-only"),
    (EACCES, "EACCES", .permissionDenied, "permission denied"),
    (EPERM, "EPERM", .permissionDenied, "operation not permitted"),
    (ENOENT, "ENOENT", .notFound, "no such file or directory"),
    (EEXIST, "EEXIST", .alreadyExists, "the name is taken"),
    (ENOTEMPTY, "ENOTEMPTY", .alreadyExists, "the directory is not empty"),
    (ELOOP, "ELOOP", .isSymbolicLink, "a symbolic link is not allowed here"),
    (ENOTDIR, "ENOTDIR", .wrongFileKind, "a part of the path is not a directory"),
    (EISDIR, "EISDIR", .wrongFileKind, "it is a directory"),
    (ENXIO, "ENXIO", .wrongFileKind, "it is a pipe or device that nobody serves"),
    (EMFILE, "EMFILE", .tooManyOpenFiles, "the process has too many open files"),
    (ENFILE, "ENFILE", .tooManyOpenFiles, "the system has too many open files"),
    (ENAMETOOLONG, "ENAMETOOLONG", .invalidArgument, "the name is too long"),
    (EINVAL, "EINVAL", .invalidArgument, "invalid argument"),
    (EBADF, "EBADF", .closed, "the file is not open"),
    (ENOTSUP, "ENOTSUP", .unsupportedFileSystem, "the file system does not support it"),
    (EOPNOTSUPP, "EOPNOTSUPP", .unsupportedFileSystem, "the file system does not support it"),
    (ENOSYS, "ENOSYS", .unsupportedFileSystem, "the system does not support it"),
    (EXDEV, "EXDEV", .unsupportedFileSystem, "the names are on different file systems"),
    (ENOLCK, "ENOLCK", .unsupportedFileSystem, "the file system has no locks"),
    (ESTALE, "ESTALE", .io, "the network file is gone"),
    (EIO, "EIO", .io, "input/output error"),
    (EINTR, "EINTR", .io, "interrupted too often"),
  ]

  // MARK: Files

  static func open(_ path: String, _ options: FileOpenOptions, _ permissions: UInt32) -> Int32 {
    // Without O_NONBLOCK a pipe that somebody put in place of a file would block for ever.
    var flags = O_CLOEXEC | O_NOCTTY | O_NONBLOCK
    if options.contains(.write) {
      flags |= options.contains(.read) ? O_RDWR : O_WRONLY
    } else {
      flags |= O_RDONLY
    }
    if options.contains(.create) { flags |= O_CREAT }
    if options.contains(.exclusive) { flags |= O_EXCL }
    if options.contains(.noFollow) { flags |= O_NOFOLLOW }
    if options.contains(.directory) { flags |= O_DIRECTORY }
    if options.contains(.truncate) { flags |= O_TRUNC }
    return unsafe path.withCString { name in
      #if canImport(Glibc)
      unsafe Glibc.open(name, flags, mode_t(truncatingIfNeeded: permissions))
      #elseif canImport(Musl)
      unsafe Musl.open(name, flags, mode_t(truncatingIfNeeded: permissions))
      #else
      unsafe Darwin.open(name, flags, mode_t(truncatingIfNeeded: permissions))
      #endif
    }
  }

  /// A copy of a descriptor above the three standard ones.
  static func duplicateAboveStandard(_ file: Int32) -> Int32 { fcntl(file, F_DUPFD_CLOEXEC, 3) }

  static func close(_ file: Int32) -> Int32 {
    #if canImport(Glibc)
    Glibc.close(file)
    #elseif canImport(Musl)
    Musl.close(file)
    #else
    Darwin.close(file)
    #endif
  }

  static func read(_ file: Int32, _ bytes: inout MutableRawSpan, at offset: UInt64) -> Int {
    unsafe bytes.withUnsafeMutableBytes {
      unsafe pread(file, $0.baseAddress, $0.count, off_t(truncatingIfNeeded: offset))
    }
  }

  static func write(_ file: Int32, _ bytes: RawSpan, at offset: UInt64) -> Int {
    unsafe bytes.withUnsafeBytes {
      unsafe pwrite(file, $0.baseAddress, $0.count, off_t(truncatingIfNeeded: offset))
    }
  }

  static func synchronize(_ file: Int32, dataOnly: Bool) -> Int32 {
    #if canImport(Darwin)
    // fsync on Apple systems leaves the data in the drive's cache.
    fcntl(file, F_FULLFSYNC)
    #else
    dataOnly ? fdatasync(file) : fsync(file)
    #endif
  }

  /// Maps a part of a file, so that what is written stays private; `nil` when it fails.
  static func map(
    _ file: Int32, at offset: UInt64, length: Int
  ) -> UnsafeMutableRawPointer? {
    let base = unsafe mmap(
      nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, off_t(truncatingIfNeeded: offset))
    return unsafe base == MAP_FAILED ? nil : base
  }

  static func unmap(_ address: UInt, length: Int) {
    if let base = unsafe UnsafeMutableRawPointer(bitPattern: address) {
      _ = unsafe munmap(base, length)
    }
  }

  static func truncate(_ file: Int32, to size: UInt64) -> Int32 {
    ftruncate(file, off_t(truncatingIfNeeded: size))
  }

  /// Reserves space; returns an error number, 0 for success.
  static func preallocate(_ file: Int32, at offset: UInt64, length: UInt64) -> Int32 {
    #if canImport(Darwin)
    var status = stat()
    guard unsafe fstat(file, &status) == 0 else { return errno }
    let end = off_t(truncatingIfNeeded: offset + length)
    guard status.st_size < end else { return 0 }
    var request = fstore_t(
      fst_flags: UInt32(F_ALLOCATEALL), fst_posmode: F_PEOFPOSMODE, fst_offset: 0,
      fst_length: end - status.st_size, fst_bytesalloc: 0)
    guard unsafe fcntl(file, F_PREALLOCATE, &request) != -1 else { return errno }
    return ftruncate(file, end) == 0 ? 0 : errno
    #else
    posix_fallocate(
      file, off_t(truncatingIfNeeded: offset), off_t(truncatingIfNeeded: length))
    #endif
  }

  static func dropCache(_ file: Int32) {
    #if !canImport(Darwin)
    _ = posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED)
    #endif
  }

  static func setPermissions(_ file: Int32, _ permissions: UInt32) -> Int32 {
    fchmod(file, mode_t(truncatingIfNeeded: permissions))
  }

  static func lock(_ file: Int32, exclusive: Bool) -> Int32 {
    flock(file, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB)
  }

  static func unlock(_ file: Int32) -> Int32 { flock(file, LOCK_UN) }

  // MARK: Status

  static func status(of file: Int32) -> FileStatus? {
    var status = stat()
    return unsafe fstat(file, &status) == 0 ? convert(status) : nil
  }

  static func status(at path: String, followingLinks: Bool) -> FileStatus? {
    var status = stat()
    let result = unsafe followingLinks ? stat(path, &status) : lstat(path, &status)
    return result == 0 ? convert(status) : nil
  }

  private static func convert(_ status: stat) -> FileStatus {
    let kind: FileStatus.Kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .directory
      case S_IFLNK: .symbolicLink
      default: .other
      }
    #if canImport(Darwin)
    let modified = status.st_mtimespec.tv_sec
    let changed = status.st_ctimespec.tv_sec
    #else
    let modified = status.st_mtim.tv_sec
    let changed = status.st_ctim.tv_sec
    #endif
    return FileStatus(
      kind: kind, size: UInt64(clamping: status.st_size),
      permissions: UInt32(status.st_mode) & 0o7777,
      device: UInt64(truncatingIfNeeded: status.st_dev),
      inode: UInt64(truncatingIfNeeded: status.st_ino),
      links: UInt64(truncatingIfNeeded: status.st_nlink), modificationTime: Int64(modified),
      changeTime: Int64(changed))
  }

  // MARK: Names

  static func createDirectory(_ path: String, _ permissions: UInt32) -> Int32 {
    unsafe mkdir(path, mode_t(truncatingIfNeeded: permissions))
  }

  static func rename(_ path: String, to destination: String) -> Int32 {
    #if canImport(Glibc)
    unsafe Glibc.rename(path, destination)
    #elseif canImport(Musl)
    unsafe Musl.rename(path, destination)
    #else
    unsafe Darwin.rename(path, destination)
    #endif
  }

  /// Links without following: a symbolic link would otherwise publish what it points to.
  static func link(_ path: String, to destination: String) -> Int32 {
    unsafe linkat(AT_FDCWD, path, AT_FDCWD, destination, 0)
  }

  /// Makes a file that shares the bytes of another.
  static func clone(_ file: Int32, to path: String, _ permissions: UInt32) -> Int32 {
    #if canImport(Darwin)
    return unsafe fclonefileat(file, AT_FDCWD, path, UInt32(CLONE_NOOWNERCOPY))
    #else
    let copy = open(path, [.write, .create, .exclusive, .noFollow], permissions)
    guard copy >= 0 else { return -1 }
    // FICLONE of linux/fs.h, which Swift does not import.
    let result = ioctl(copy, 0x4004_9409, file)
    let number = errno
    _ = close(copy)
    if result != 0 { _ = unlink(path) }
    errno = number
    return result
    #endif
  }

  /// Whether a file system, or the kernel for it, says by this number that it cannot share bytes.
  static func refusesClones(_ number: Int32) -> Bool {
    [ENOTSUP, EOPNOTSUPP, EXDEV, ENOTTY, ENOSYS, EINVAL].contains(number)
  }

  static func unlink(_ path: String) -> Int32 { unsafe unlinkat(AT_FDCWD, path, 0) }

  static func removeDirectory(_ path: String) -> Int32 { unsafe rmdir(path) }

  /// The names in a directory, or the error number.
  static func names(inDirectory path: String) -> Result<[String], SystemFailure> {
    guard let directory = unsafe opendir(path) else { return .failure(SystemFailure(errno)) }
    defer { unsafe _ = closedir(directory) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(directory) else {
        return errno == 0 ? .success(names) : .failure(SystemFailure(errno))
      }
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
  }

  /// The target of a symbolic link, or the error number.
  static func target(ofLink path: String) -> Result<[UInt8], SystemFailure> {
    // The call cuts off silently: only a buffer that is not filled holds the whole target.
    var size = 256
    while true {
      var count = 0
      let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
        count = unsafe buffer.withMemoryRebound(to: CChar.self) {
          unsafe readlink(path, $0.baseAddress!, size)
        }
        initialized = max(count, 0)
      }
      if count < 0 { return .failure(SystemFailure(errno)) }
      if count < size { return .success(bytes) }
      size *= 2
    }
  }

  static func canonicalPath(_ path: String) -> String? {
    guard let resolved = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  // MARK: The machine

  #if canImport(Darwin)
  static func fileSystemKind(at path: String) -> FileSystemKind? {
    var status = statfs()
    guard unsafe statfs(path, &status) == 0 else { return nil }
    let name = unsafe withUnsafeBytes(of: &status.f_fstypename) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    return FileSystemKind(name: name, isNetwork: status.f_flags & UInt32(MNT_LOCAL) == 0)
  }
  #endif

  static var processID: Int32 { getpid() }

  /// Lets other threads run.
  static func giveWay() { sched_yield() }

  /// Seconds since the Unix epoch, and nanoseconds.
  static func realTime() -> (Int64, Int) {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
    return (Int64(time.tv_sec), Int(time.tv_nsec))
  }

  static var hostName: String {
    var bytes = [UInt8](repeating: 0, count: 256)
    let result = unsafe bytes.withUnsafeMutableBytes {
      unsafe gethostname($0.bindMemory(to: CChar.self).baseAddress!, $0.count - 1)
    }
    guard result == 0 else { return "unknown" }
    return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}

/// An error number as an error, for results that cross a closure.
struct SystemFailure: Error {
  var number: Int32
  init(_ number: Int32) { self.number = number }
}
