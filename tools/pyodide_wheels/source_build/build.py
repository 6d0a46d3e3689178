"""The build as a list of stages; a stage that an earlier run finished with the same recipe is not run again."""

import shutil
from collections.abc import Callable
from pathlib import Path

from tools.progress import StepProgress, format_seconds
from tools.pyodide_wheels.source_build.c_libraries import build_c_libraries
from tools.pyodide_wheels.source_build.check import check_wheels
from tools.pyodide_wheels.source_build.debian import fetch_packages
from tools.pyodide_wheels.source_build.python_packages import build_numpy, build_pillow, build_pyclipper
from tools.pyodide_wheels.source_build.recipe import recipe_digest
from tools.pyodide_wheels.source_build.sdists import fetch_sdists
from tools.pyodide_wheels.source_build.toolchain import make_toolchain
from tools.pyodide_wheels.source_build.workspace import Workspace


def fetch(work: Workspace) -> None:
    """Fetch and unpack everything that comes from outside."""
    fetch_packages(work)
    fetch_sdists(work)


_STAGES: dict[str, Callable[[Workspace], None]] = {
    "fetch": fetch,
    "toolchain": make_toolchain,
    "pyclipper": build_pyclipper,
    "libraries": build_c_libraries,
    "pillow": build_pillow,
    "numpy": build_numpy,
    "check": check_wheels,
}
STAGES = tuple(_STAGES)


def build_wheels(
    pyodide: Path, folder: Path, step: StepProgress, *, until: str = STAGES[-1], keep: bool = False
) -> list[Path]:
    """Build the wheels in `folder` and return their paths; prints the time of each stage.

    `keep` leaves the working files (1 GB) in place; the finished wheels always stay.
    """
    work = Workspace(folder, pyodide, step)
    done = folder / "stages"
    done.mkdir(parents=True, exist_ok=True)
    recipe = recipe_digest(pyodide)
    for name in STAGES[: STAGES.index(until) + 1]:
        marker = done / name
        if marker.is_file() and marker.read_text() == recipe:
            continue
        started = step.elapsed_s
        _STAGES[name](work)
        marker.write_text(recipe)
        step.note(f"{name}: {format_seconds(step.elapsed_s - started)}")
    wheels = sorted(work.wheels.glob("*.whl"))
    if not keep:
        for entry in folder.iterdir():
            if entry != work.wheels:
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    return wheels
