"""Set-up, checks and the command line of the project: `python3 -m tools <command>`.

Everything that runs before the virtual environment exists uses the standard library only.
"""
