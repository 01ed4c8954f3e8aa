/// The version of the program, as `--version` prints it.
public let version = "0.1.0"
