"""Set-up, checks and the command line of the project: `python3 -m tools <command>`. Standard library only."""
