// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "backstep",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "backstep", targets: ["backstep"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0")
  ],
  targets: [
    // Three leaves that do not know each other: the mathematics, the data, and what can be shown.
    .target(name: "Backprop", dependencies: ["CKernels"]),
    .target(name: "Datasets", dependencies: ["CZlib", "CDigits", "CSHA256"]),
    .target(name: "Page"),

    // Sessions, commands and notebooks join them; the program adds the terminal.
    .target(
      name: "Notebook",
      dependencies: [
        "Backprop", "Datasets", "Page",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: ["session.schema.json"]),
    .executableTarget(
      name: "backstep",
      dependencies: [
        "Notebook", "CReadline", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Measures the speed of a step from inside, for Benchmarks/run.
    .executableTarget(
      name: "profile",
      dependencies: [
        "Backprop", "CKernels", "Datasets", "Page",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/Profile"),

    // C. The kernels are optimised in debug builds too: a test trains a network.
    .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3"])]),
    .target(name: "CSHA256", cSettings: [.unsafeFlags(["-O3"])]),
    .target(
      name: "CDigits",
      exclude: [
        "README.md", "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz",
        "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz",
      ]),
    .systemLibrary(
      name: "CZlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CReadline", providers: [.apt(["libreadline-dev"]), .brew(["readline"])]),

    .target(name: "TestSupport", path: "Tests/Support"),
    .testTarget(
      name: "BackpropTests", dependencies: ["Backprop", "CKernels"], exclude: ["Reference"]),
    .testTarget(
      name: "DatasetsTests", dependencies: ["Datasets", "CSHA256"], exclude: ["Reference"]),
    .testTarget(name: "PageTests", dependencies: ["Page"]),
    .testTarget(
      name: "NotebookTests", dependencies: ["Notebook", "TestSupport"], exclude: ["Reference"]),
    .testTarget(name: "ProgramTests", dependencies: ["backstep", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)
