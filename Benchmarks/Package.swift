// swift-tools-version: 6.2
import PackageDescription

// The name under which the package next door is compiled, since what is measured here includes what
// its modules share only with each other. It follows from the folder that it is checked out in.
let neighbour = String(
  Context.packageDirectory.split(separator: "/").dropLast().last?.lowercased().map {
    $0.isLetter || $0.isNumber ? $0 : "_"
  } ?? [])

let settings: [SwiftSetting] = [
  .unsafeFlags(["-package-name", neighbour]),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
  name: "swift-provenance-benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "swift-provenance", path: "..")],
  targets: [
    // Full optimisation for whatever processor the library is built for, no more and no less.
    .target(
      name: "Baselines", path: "Baselines",
      cSettings: [
        .unsafeFlags(["-O3", "-fomit-frame-pointer"], .when(configuration: .release)),
        .unsafeFlags(["-Wall", "-Wextra"]),
      ]),
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        "Baselines",
        .product(name: "Provenance", package: "swift-provenance"),
        .product(name: "ProvenanceStorage", package: "swift-provenance"),
      ],
      packageAccess: false,  // its own name would win over the neighbour's
      swiftSettings: settings),
  ]
)
