"""`python3 -m tools wheels`: build the Pyodide wheels from source, outside the set-up."""

import argparse
import shutil
import sys

from tools.progress import Progress
from tools.project import Project
from tools.pyodide_wheels.source_build.build import build_wheels
from tools.pyodide_wheels.sources import SUMS
from tools.steps.plan import prepare_tools
from tools.store import sha256_file


def wheels(project: Project, options: argparse.Namespace) -> int:
    """Build into a folder that `--mirror` accepts; return 0."""
    prepare_tools(project)
    with Progress(sys.stderr).step("Pyodide wheels from source") as step:
        built = build_wheels(project.pyodide, options.work.absolute(), step, until=options.until, keep=True)
    options.out.mkdir(parents=True, exist_ok=True)
    for wheel in built:
        shutil.copyfile(wheel, options.out / wheel.name)
    if built:
        (options.out / SUMS).write_text("".join(f"{sha256_file(wheel)}  {wheel.name}\n" for wheel in built))
    print("\n".join(str(options.out / wheel.name) for wheel in built))
    return 0
