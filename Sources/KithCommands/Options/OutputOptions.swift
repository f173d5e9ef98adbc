import ArgumentParser

/// For every command that has something to say to a program.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print JSON.")
  var json = false
}
