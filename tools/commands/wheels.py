"""`python3 -m tools wheels`: build the Pyodide wheels from source, or prove that it could be done."""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tools.download import UnreachableError
from tools.errors import SetupError
from tools.progress import Progress, StepProgress
from tools.project import Project
from tools.pyodide_wheels.pins import BUILDS, read_builds, read_pins
from tools.pyodide_wheels.source_build import fetch
from tools.pyodide_wheels.source_build.build import build_wheels
from tools.pyodide_wheels.source_build.recipe import SDISTS
from tools.pyodide_wheels.source_build.workspace import Workspace
from tools.steps.plan import prepare_tools, prepare_venv
from tools.store import sha256_file, write_json

# EX_TEMPFAIL of sysexits.h: a registry failed, which is no fault of this checkout; another try may go well.
REGISTRY_FAILED = getattr(os, "EX_TEMPFAIL", 75)


def wheels(project: Project, options: argparse.Namespace) -> int:
    """Build into a folder that `--mirror` accepts, or check the sources; return the exit status."""
    if options.fetch_only:
        return _fetch_only(project)
    if options.work is None or options.out is None:
        raise SetupError("The build needs --work FOLDER and --out FOLDER.", "Name both, or use --fetch-only.")
    prepare_tools(project)
    with Progress(sys.stderr).step("Pyodide wheels from source") as step:
        built = build_wheels(project.pyodide, options.work.absolute(), step, keep=True)
    options.out.mkdir(parents=True, exist_ok=True)
    for wheel in built:
        shutil.copyfile(wheel, options.out / wheel.name)
    files = {wheel.name: sha256_file(wheel) for wheel in built}
    if options.pin is not None:
        _pin(options.pin, files)
    accepted = {sha256: name for pin in read_pins(project.pyodide).wheels for sha256, name in pin.accepted.items()}
    for name, sha256 in files.items():
        print(f"{sha256}  {name}  {accepted.get(sha256, 'DIFFERS from what is pinned')}")
    return 0 if files.keys() and all(sha256 in accepted for sha256 in files.values()) else 1


def _pin(name: str, files: dict[str, str]) -> None:
    """Record the wheels as the build `name`, in the place of one that has this name already."""
    others = [build for build in read_builds() if build["name"] != name]
    about = next((build["about"] for build in read_builds() if build["name"] == name), "")
    write_json(BUILDS, {"builds": [{"name": name, "about": about, "wheels": files}, *others]})


def _fetch_only(project: Project) -> int:
    """Fetch every source past all caches and check its hash; 0 if all is well, 75 if a registry fails, else 1."""
    prepare_venv(project)
    faults: list[str] = []
    with tempfile.TemporaryDirectory(prefix="py-ocr-sources-") as folder:
        try:
            with Progress(sys.stderr).step("Sources of the Pyodide wheels") as step:
                work = Workspace(Path(folder), project.pyodide, step)
                fetch.make_venv(work)
                jobs: list[Callable[[], None]] = [partial(fetch.fetch_tools, work, fresh=True)]
                jobs += [partial(_fetch_sdists, work), partial(_fetch_pool, work, faults)]
                step.side_by_side(jobs)
                _list(work, step)
        except UnreachableError as error:
            print(f"A registry failed: {error}", file=sys.stderr)
            return REGISTRY_FAILED
    for fault in faults:
        print(f"warning: {fault} The build takes another one that is pinned.", file=sys.stderr)
    print("Every source can be had and is what is pinned." if not faults else "Every source can be had, see above.")
    return 0


def _fetch_sdists(work: Workspace) -> None:
    for sdist in SDISTS:
        fetch.fetch_sdist(work, sdist, fresh=True)


def _fetch_pool(work: Workspace, faults: list[str]) -> None:
    faults += [fault for _, fault in fetch.check_pool(work) if fault]


def _list(work: Workspace, step: StepProgress) -> None:
    for path in sorted(work.downloads.iterdir()):
        if path.is_file() and path.suffix != ".txt":
            step.note(f"{sha256_file(path)[:12]}  {path.name}")
