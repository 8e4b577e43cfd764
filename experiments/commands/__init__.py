"""The command line: options, one command a file, and what is shown on the screen."""
