import Foundation
import ProvenanceStorage
import ProvenanceTestKit

/// Every file operation fails: once, for good, and half done, with every error number.
enum Errors {
  static let errnos = [
    EIO, ENOSPC, EROFS, EDQUOT, EMFILE, ENFILE, EACCES, EPERM, EFBIG, ENOMEM, ENODEV, ESTALE,
  ]

  static func run() throws {
    let tally = Tally("failed operations")
    forEachConcurrently(errnos.count) { number in
      let sweep = ErrorSweep(errnos: [errnos[number]])
      let sparse = ErrorSweep(errnos: [errnos[number]], stride: 3)
      for (name, report) in [
        ("log", Stores.log.checkErrors(sweep)), ("objects", Stores.objects.checkErrors(sweep)),
        ("chunked objects", Stores.chunks.checkErrors(sweep)),
        ("store", StoreScenario.checkErrors(sparse)),
      ] {
        if number == 0 { print("  \(name): \(report.faultCount) faults an error number") }
        tally.add(report.faultCount, report.violations)
      }
    }
    try tally.finish(atLeast: 20_000)
  }
}
