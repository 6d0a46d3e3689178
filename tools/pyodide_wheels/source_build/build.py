"""The build: what numpy needs comes first, because numpy takes longest; the others are fetched and built beside it.

A stage that an earlier run finished with the same recipe is not run again.
"""

import shutil
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tools.process import Word, run
from tools.progress import StepProgress, format_seconds
from tools.pyodide_wheels.source_build import fetch
from tools.pyodide_wheels.source_build.c_libraries import build_c_libraries
from tools.pyodide_wheels.source_build.check import check_wheels
from tools.pyodide_wheels.source_build.python_packages import build_numpy, build_pillow, build_pyclipper
from tools.pyodide_wheels.source_build.recipe import recipe_digest
from tools.pyodide_wheels.source_build.toolchain import make_toolchain
from tools.pyodide_wheels.source_build.workspace import Workspace

# What of the compiler's wheel is used: clang, wasm-ld and llvm-ar in one program, and headers.
COMPILER_PARTS = (
    "zig",
    "lib/include/",
    "lib/libcxx/include/",
    "lib/libcxxabi/include/",
    "lib/libunwind/include/",
    "lib/libc/include/generic-musl/",
    "lib/libc/include/x86-linux-musl/bits/",
    "lib/libc/include/wasm-wasi-musl/wasi/",
)


def get_tools(work: Workspace) -> None:
    """Fetch the compiler and the build tools, and make them usable."""
    fetch.make_venv(work)
    fetch.fetch_tools(work)
    work.step.item("unpacking the compiler")
    shutil.rmtree(work.compiler, ignore_errors=True)
    prefix = "ziglang/"
    with zipfile.ZipFile(fetch.compiler_wheel(work)) as archive:
        for name in archive.namelist():
            if name.startswith(tuple(prefix + part for part in COMPILER_PARTS)) and not name.endswith("/"):
                destination = work.compiler / name.removeprefix(prefix)
                destination.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(name) as member, destination.open("wb") as stream:
                    shutil.copyfileobj(member, stream, 1 << 20)
    (work.compiler / "zig").chmod(0o755)
    work.step.item("installing the build tools")
    pip: list[Word] = [work.venv / "bin" / "python", "-m", "pip", "install", "--no-index", "--no-deps", "--no-compile"]
    run([*pip, *fetch.tool_wheels(work)], work.step, work.log("tools"), env=fetch.ENVIRONMENT)


Stage = Callable[[Workspace], None]
# One after the other.
_FIRST: dict[str, Stage] = {"tools": get_tools, "toolchain": make_toolchain}
# Side by side: the second lane fills the core that numpy's configuration and last links leave idle.
_LANES: tuple[dict[str, Stage], ...] = (
    {"numpy": build_numpy},
    {"pyclipper": build_pyclipper, "libraries": build_c_libraries, "pillow": build_pillow},
)
_LAST: dict[str, Stage] = {"check": check_wheels}


def build_wheels(pyodide: Path, folder: Path, step: StepProgress, *, keep: bool = False) -> list[Path]:
    """Build the wheels in `folder` and return their paths; prints the time of each stage.

    `keep` leaves the working files (0.9 GB) in place; the finished wheels always stay.
    """
    folder = folder.resolve()
    work = Workspace(folder, pyodide, step)
    work.downloads.mkdir(parents=True, exist_ok=True)
    run_stages(_FIRST, work)
    step.side_by_side([partial(run_stages, lane, work) for lane in _LANES])
    run_stages(_LAST, work)
    wheels = sorted(work.wheels.glob("*.whl"))
    if not keep:
        for entry in folder.iterdir():
            if entry != work.wheels:
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    return wheels


def run_stages(stages: dict[str, Stage], work: Workspace) -> None:
    """Run the stages that are not finished, in their order, and print how long each took."""
    done = work.root / "stages"
    done.mkdir(parents=True, exist_ok=True)
    recipe = recipe_digest(work.pyodide)
    for name, make in stages.items():
        marker = done / name
        if marker.is_file() and marker.read_text() == recipe:
            continue
        started, started_cpu_s = work.step.elapsed_s, work.step.cpu_s
        make(work)
        marker.write_text(recipe)
        took, cpu = work.step.elapsed_s - started, work.step.cpu_s - started_cpu_s
        work.step.note(f"{name}: {format_seconds(took)}, {format_seconds(cpu)} of processor time")
