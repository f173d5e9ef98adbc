// swift-tools-version: 6.2
import PackageDescription

/// What every target of ours is held to; dependencies keep their own settings.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
  // The compiler spares code where it finds a type by its name and copies a value as the type's description
  // says. A start makes some seventy types: it takes a twentieth less where code does both, for a twentieth more
  // of that.
  .unsafeFlags(
    [
      "-Xfrontend", "-disable-concrete-type-metadata-mangled-name-accessors",
      "-Xfrontend", "-disable-type-layout",
    ], .when(configuration: .release)),
]

/// One room of the house: its folder is its name, and `above` is all that it may import.
func room(_ name: String, above dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// A C room: shims for macros and variadic calls, nothing else. Its libraries are linked by file name,
/// into the program: each one that is loaded instead costs every start a tenth of a millisecond.
func shim(_ name: String, links libraries: [String] = []) -> Target {
  .target(
    name: name,
    cSettings: [.define("NCURSES_WIDECHAR", to: "1"), .treatAllWarnings(as: .error)],
    linkerSettings: libraries.map { .linkedLibrary($0) })
}

/// The tests of one room, in `Tests/<room>Tests`; cases and snapshots are read from the source tree.
func tests(_ room: String, above dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: room + "Tests",
    dependencies: [.init(stringLiteral: room), "KithTestSupport"] + dependencies,
    exclude: caseFolders[room] ?? [],
    swiftSettings: strict)
}

/// What stands in a test folder and is not Swift.
let caseFolders: [String: [String]] = [
  "KithCampaigns": ["Snapshots"],
  "KithChannels": ["Snapshots", "smtp_stub.py"],
  "KithCommands": ["Cases"],
  "KithFront": ["Snapshots"],
  "KithScreen": ["Snapshots"],
  "KithSegments": ["Cases", "Snapshots"],
  "KithStore": ["Events/check_arrow.py", "Import/Cases", "Settings/Cases"],
]

/// What a start would do each time is done once, by the linker: the program lies at one address, so that
/// no table is moved; it shows its symbols to nobody, so that none is looked up; and it is written in one
/// piece, which the system keeps in large ones and maps with few faults.
let quickStart: [LinkerSetting] = [
  .unsafeFlags(
    [
      "-Xclang-linker", "-no-pie", "-Xclang-linker", "-static-libgcc",
      "-Xlinker", "--no-export-dynamic", "-Xlinker", "--as-needed",
      "-Xlinker", "--no-mmap-output-file",
    ], .when(configuration: .release))
]

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let package = Package(
  name: "kith",
  products: [.executable(name: "kith", targets: ["kith"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
  ],
  targets: [
    .executableTarget(
      name: "kith",
      dependencies: ["KithCommands", "KithSystem"],
      swiftSettings: strict,
      linkerSettings: quickStart),
    .executableTarget(
      name: "kith-bench",
      dependencies: ["KithSystem", crypto],
      swiftSettings: strict),
    .executableTarget(
      name: "kith-fuzz",
      dependencies: ["KithSegments", "KithStore", "KithSystem"],
      swiftSettings: strict),
    room(
      "KithCommands",
      above: [
        "KithFront", "KithTerminal", "KithScreen", "KithChannels", "KithCampaigns", "KithAnalysis",
        "KithSegments", "KithStore", "KithSystem", argumentParser,
      ]),
    room(
      "KithFront",
      above: [
        "KithScreen", "KithAnalysis", "KithCampaigns", "KithSegments", "KithStore", "KithYAML",
        "KithSystem",
      ]),
    room("KithChannels", above: ["KithCampaigns", "KithStore", "CCurl", "KithSystem"]),
    room(
      "KithCampaigns",
      above: [
        "KithAnalysis", "KithSegments", "KithStore", "KithYAML", "KithSystem", crypto,
      ]),
    room("KithAnalysis", above: ["KithSegments", "KithStore", "KithSystem"]),
    room("KithSegments", above: ["KithStore", "KithSystem"]),
    room("KithStore", above: ["KithYAML", "KithSystem", "CCompression", crypto]),
    room("KithYAML", above: ["CYAML"]),
    room("KithSystem", above: ["CMachine", "CMapping", system]),
    room("KithTerminal", above: ["KithScreen", "CTerminal"]),
    room("KithScreen"),
    shim("CTerminal", links: [":libncursesw.a", ":libtinfo.a"]),
    shim("CCurl"),
    shim("CCompression", links: [":libz.a", ":libzstd.a"]),
    shim("CMachine"),
    shim("CYAML", links: [":libyaml.a"]),
    shim("CMapping"),
    .target(
      name: "KithTestSupport",
      dependencies: ["KithSegments", "KithStore", "KithSystem"],
      path: "Tests/KithTestSupport",
      swiftSettings: strict),
    .executableTarget(
      name: "KithSendProbe",
      dependencies: [
        "KithCampaigns", "KithChannels", "KithStore", "KithSystem", "KithTestSupport",
      ],
      path: "Tests/KithSendProbe",
      swiftSettings: strict),
    tests("KithSystem"),
    tests("KithYAML"),
    tests("KithStore", above: ["KithSystem"]),
    tests("KithSegments", above: ["KithStore", "KithSystem", crypto]),
    tests("KithAnalysis", above: ["KithSegments", "KithStore", "KithSystem"]),
    tests("KithCampaigns", above: ["KithSegments", "KithStore", "KithSystem"]),
    tests("KithChannels", above: ["KithCampaigns", "KithStore", "KithSystem", "KithSendProbe"]),
    tests("KithScreen"),
    tests("KithTerminal", above: ["KithScreen", "CTerminal"]),
    tests(
      "KithFront",
      above: [
        "KithScreen", "KithAnalysis", "KithCampaigns", "KithSegments", "KithStore", "KithSystem",
      ]),
    tests("KithCommands", above: ["KithStore", "KithSystem", "kith"]),
    tests("kith-fuzz"),
    .testTarget(name: "EndToEndTests", dependencies: ["kith"], swiftSettings: strict),
    .testTarget(name: "TidyTests", swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
