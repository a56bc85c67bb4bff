// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
  name: "swift-provenance",
  platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2)],
  products: [
    .library(name: "Provenance", targets: ["Provenance"]),
  ],
  targets: [
    .target(
      name: "Provenance",
      exclude: ["Identity/Unicode/generate.py", "Identity/Unicode/UNICODE-LICENSE.txt"],
      swiftSettings: settings),
    .testTarget(
      name: "ProvenanceTests", dependencies: ["Provenance"],
      resources: [.copy("Fixtures")], swiftSettings: settings),
  ]
)
