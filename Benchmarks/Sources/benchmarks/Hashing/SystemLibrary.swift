import Foundation

/// A library of the system, loaded at run time: a baseline is never something to install or link.
struct SystemLibrary: Sendable {
  private let address: UInt

  /// The first library that is found under one of some names.
  init?(_ names: [String]) {
    for name in names {
      if let handle = unsafe dlopen(name, RTLD_NOW) {
        address = UInt(bitPattern: handle)
        return
      }
    }
    return nil
  }

  /// A function by its name; the caller states its type.
  @unsafe
  func function<Function>(_ name: String, as type: Function.Type) -> Function? {
    let handle = unsafe UnsafeMutableRawPointer(bitPattern: address)
    guard let symbol = unsafe dlsym(handle, name) else { return nil }
    return unsafe unsafeBitCast(symbol, to: type)
  }
}
