// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "sweep",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "swift-provenance", path: "../../..")],
  targets: [
    .executableTarget(
      name: "sweep",
      dependencies: [
        .product(name: "Provenance", package: "swift-provenance"),
        .product(name: "ProvenanceStorage", package: "swift-provenance"),
        .product(name: "ProvenanceTestKit", package: "swift-provenance"),
      ],
      swiftSettings: settings)
  ]
)
