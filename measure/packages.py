"""The Python packages that only measuring needs: the scorer's, and the engine to compare with."""

import importlib.util
import sys

from tools.progress import Progress
from tools.project import Project
from tools.steps.python import install

PACKAGES = ("rapidfuzz", "rapidocr", "shapely")


def provide_packages(project: Project) -> None:
    """Install requirements/measure.txt where something of it is missing. Raises `SetupError`."""
    if all(importlib.util.find_spec(package) for package in PACKAGES):
        return
    print("Measuring needs a few more Python packages (requirements/measure.txt).")
    with Progress(sys.stdout).step("Python packages for measuring") as step:
        install(project, project.root / "requirements" / "measure.txt", step)
    importlib.invalidate_caches()
