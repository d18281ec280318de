"""The commands of the command line: each file holds related commands, and its `add` adds their parsers."""
