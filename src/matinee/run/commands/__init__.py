"""What each subcommand of `matinee` does: read options, call one function, print."""
