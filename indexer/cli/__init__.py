"""The command line: `commands` says what can be asked, `terminal` how answers look."""
