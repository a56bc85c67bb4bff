// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
  name: "swift-provenance-examples",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "swift-provenance", path: "..")],
  targets: [
    .executableTarget(
      name: "train-and-trace",
      dependencies: [
        .product(name: "Provenance", package: "swift-provenance"),
        .product(name: "ProvenanceStorage", package: "swift-provenance"),
        .product(name: "ProvenanceCapture", package: "swift-provenance"),
      ],
      exclude: ["Data/LICENSE", "Data/breast_cancer.rst"],
      resources: [.copy("Data/breast_cancer.csv")], swiftSettings: settings),
    .executableTarget(
      name: "trace-a-git-history",
      dependencies: [
        "GitHistory", .product(name: "Provenance", package: "swift-provenance"),
      ],
      swiftSettings: settings),
    .target(
      name: "GitHistory",
      dependencies: [.product(name: "Provenance", package: "swift-provenance")],
      swiftSettings: settings),
    .testTarget(
      name: "GitHistoryTests",
      dependencies: [
        "GitHistory", .product(name: "Provenance", package: "swift-provenance"),
      ],
      swiftSettings: settings),
  ]
)
