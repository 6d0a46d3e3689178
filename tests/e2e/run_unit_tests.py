"""Runs in Pyodide: pytest over the unit tests, with what came of them as JSON.

The page that loads it has unpacked the archive of pack_unit_tests.py into /home/unit.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from typing import Any

sys.path[:0] = ["/home/unit/site-packages", "/home/unit/project"]
os.chdir("/home/unit/project")

# Plugins of other packages, ours for tests of pages too, are for CPython.
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"

import pytest  # noqa: E402  # found only after the paths are set


class Counts:
    """Counts how tests ended."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Count a test once: by its call, or by its set-up when that is where it ended."""
        if report.when == "call" or report.outcome != "passed":
            self.outcomes[report.outcome] += 1


counts = Counts()
# No threads for faulthandler, no unittest and no pdb in this standard library, nothing to keep.
without = (f"-pno:{plugin}" for plugin in ("faulthandler", "unittest", "debugging", "cacheprovider"))
options = [*without, "--capture=sys", "--tb=short", "--verbose"]
status = pytest.main(["tests/unit", *options], plugins=[counts])
json.dumps({"status": int(status), **counts.outcomes})
