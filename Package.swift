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
    .library(name: "ProvenanceStorage", targets: ["ProvenanceStorage"]),
    .library(name: "ProvenanceCapture", targets: ["ProvenanceCapture"]),
    .library(name: "ProvenanceTestKit", targets: ["ProvenanceTestKit"]),
  ],
  targets: [
    .target(
      name: "Provenance",
      exclude: ["Identity/Unicode/generate.py", "Identity/Unicode/UNICODE-LICENSE.txt"],
      swiftSettings: settings),
    .target(
      name: "ProvenanceStorage", dependencies: ["Provenance"], swiftSettings: settings),
    .target(
      name: "ProvenanceCapture", dependencies: ["Provenance", "ProvenanceStorage"],
      swiftSettings: settings),
    .target(
      name: "ProvenanceTestKit", dependencies: ["Provenance", "ProvenanceStorage"],
      swiftSettings: settings),
    .testTarget(
      name: "ProvenanceTests", dependencies: ["Provenance", "ProvenanceTestKit"],
      resources: [.copy("Fixtures")], swiftSettings: settings),
    .testTarget(
      name: "ProvenanceStorageTests",
      dependencies: ["Provenance", "ProvenanceStorage", "ProvenanceTestKit"],
      resources: [.copy("Fixtures")], swiftSettings: settings),
    .testTarget(
      name: "ProvenanceCaptureTests",
      dependencies: ["Provenance", "ProvenanceStorage", "ProvenanceCapture", "ProvenanceTestKit"],
      swiftSettings: settings),
    .target(name: "CollidingNames", path: "Tests/CollidingNames", swiftSettings: settings),
    .testTarget(
      name: "NameCollisionTests",
      dependencies: ["CollidingNames", "Provenance", "ProvenanceStorage", "ProvenanceCapture"],
      swiftSettings: settings),
  ]
)
