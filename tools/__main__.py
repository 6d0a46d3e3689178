"""`python3 -m tools <command>`: set-up first, then the command.

This file keeps to syntax that an old Python can parse, so that it can say which one is needed.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 -- this is where an older Python is told
    sys.exit("Python 3.11 or later is needed; this is " + sys.version.split()[0] + ". Put a newer python3 on the PATH.")

from tools.commands.command_line import main
from tools.ending import end_on_signals

end_on_signals()
sys.exit(main(sys.argv[1:]))
