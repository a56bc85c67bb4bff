import Provenance

/// The hash of the object store, in one place.
package typealias ObjectHasher = SystemSHA256
