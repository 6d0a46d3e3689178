"""The three wheels: each sdist through its own build system, then named for the Python that it is for."""

import os
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

from tools.process import Word, run
from tools.pyodide_wheels.source_build.recipe import NUMPY, PILLOW, PLATFORM_TAG, PYCLIPPER, PYTHON_TAG, Sdist
from tools.pyodide_wheels.source_build.toolchain import build_environment, cross_file
from tools.pyodide_wheels.source_build.workspace import Workspace

# Parts of numpy that need a compiler or a build system to be of use.
NUMPY_LEFT_OUT = ("numpy/distutils/", "numpy/f2py/")
JOBS = str(os.cpu_count() or 1)


def build_pyclipper(work: Workspace) -> None:
    """Build pyclipper with setuptools."""
    version = {"SETUPTOOLS_SCM_PRETEND_VERSION": PYCLIPPER.version}
    _build(work, PYCLIPPER, [], CFLAGS="-O2", **version)


def build_pillow(work: Workspace) -> None:
    """Build Pillow with setuptools and the formats whose C libraries were built."""
    features = {
        **dict.fromkeys(("zlib", "jpeg", "webp", "tiff", "freetype"), "enable"),
        **dict.fromkeys(("jpeg2000", "raqm", "lcms", "xcb", "imagequant", "avif"), "disable"),
    }
    settings = ["platform-guessing=disable", *(f"{name}={choice}" for name, choice in features.items())]
    include = work.prefix / "include"
    flags = {"CFLAGS": f"-O2 -I{include} -I{include}/freetype2", "LDFLAGS": f"-L{work.prefix / 'lib'}"}
    _build(work, PILLOW, [*settings, f"parallel={JOBS}"], **flags)


def build_numpy(work: Workspace) -> None:
    """Build numpy with Meson and its own small linear algebra: there is no BLAS to link."""
    build = work.root / "build-numpy"
    shutil.rmtree(build, ignore_errors=True)
    setup = [f"--cross-file={cross_file(work)}", "-Dblas=none", "-Dlapack=none", "-Dallow-noblas=true"]
    settings = [
        f"builddir={build}",
        *(f"setup-args={argument}" for argument in setup),
        "install-args=--tags=runtime,python-runtime",  # no tests, no static libraries
        f"compile-args=-j{JOBS}",
    ]
    wheel = _build(work, NUMPY, settings)
    _repack_without(wheel, work)


def _build(work: Workspace, sdist: Sdist, settings: Sequence[str], **environment: str) -> Path:
    """Build one wheel, named for Pyodide, and return its path in `work.wheels`."""
    work.step.item(sdist.folder)
    log = work.log(sdist.name)
    raw = work.root / "raw" / sdist.name
    shutil.rmtree(raw, ignore_errors=True)
    shutil.rmtree(work.sources / sdist.folder / "build", ignore_errors=True)
    python = work.venv / "bin" / "python"
    options = [word for setting in settings for word in ("-C", setting)]
    command: list[Word] = [
        python,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--skip-dependency-check",
        "--outdir",
        raw,
    ]
    env = build_environment(work, **environment)
    run([*command, *options], work.step, log, cwd=work.sources / sdist.folder, env=env)
    # The Python that ran the build named the wheel for itself.
    tags = ["--python-tag", PYTHON_TAG, "--abi-tag", PYTHON_TAG, "--platform-tag", PLATFORM_TAG]
    run([python, "-m", "wheel", "tags", "--remove", *tags, next(raw.glob("*.whl"))], work.step, log)
    built = next(raw.glob("*.whl"))
    work.wheels.mkdir(exist_ok=True)
    return Path(shutil.move(built, work.wheels / built.name))


def _repack_without(wheel: Path, work: Workspace) -> None:
    """Leave out of numpy what a browser has no use for; the `wheel` program writes a new RECORD."""
    folder = work.root / "repack"
    shutil.rmtree(folder, ignore_errors=True)
    with zipfile.ZipFile(wheel) as archive:
        kept = [n for n in archive.namelist() if not n.startswith(NUMPY_LEFT_OUT) and not n.endswith(".pyi")]
        archive.extractall(folder, kept)
    wheel.unlink()
    pack: list[Word] = [work.venv / "bin" / "python", "-m", "wheel", "pack", "--dest-dir", wheel.parent, folder]
    run(pack, work.step, work.log("numpy"), env={"SOURCE_DATE_EPOCH": "1767225600"})
