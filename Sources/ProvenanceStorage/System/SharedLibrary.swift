#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#elseif canImport(Darwin)
import Darwin
#endif

/// A library of the system that is loaded at run time, if it is there.
@safe
struct SharedLibrary {
  private let handle: UnsafeMutableRawPointer

  /// Loads a library; `nil` where the system has none of that name.
  init?(_ name: String) {
    guard let handle = unsafe dlopen(name, RTLD_NOW | RTLD_LOCAL) else { return nil }
    unsafe self.handle = handle
  }

  /// The address of a symbol; valid until ``unload()``.
  func symbol(_ name: String) -> UnsafeMutableRawPointer? { unsafe dlsym(handle, name) }

  /// Gives the library back; without it, it stays for the life of the process.
  func unload() { unsafe dlclose(handle) }
}
