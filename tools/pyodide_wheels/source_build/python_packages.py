"""The three wheels: each source distribution is compiled by its own build system and packed here."""

import json
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from tools.errors import SetupError
from tools.process import Word, run
from tools.pyodide_wheels.source_build.archives import extract
from tools.pyodide_wheels.source_build.fetch import fetch_sdist
from tools.pyodide_wheels.source_build.recipe import EXTENSION_SUFFIX, NUMPY, PILLOW, PYCLIPPER, Sdist
from tools.pyodide_wheels.source_build.toolchain import build_environment, cross_file
from tools.pyodide_wheels.source_build.wheel_file import write_wheel
from tools.pyodide_wheels.source_build.workspace import Workspace

JOBS = str(os.cpu_count() or 1)
# numpy's compiled modules. Left out are those that only its own tests use, and SIMD ones that a browser lacks.
NUMPY_MODULES = (
    "numpy/_core/_multiarray_umath",
    "numpy/fft/_pocketfft_umath",
    "numpy/linalg/_umath_linalg",
    "numpy/linalg/lapack_lite",
    "numpy/random/_bounded_integers",
    "numpy/random/_common",
    "numpy/random/_generator",
    "numpy/random/_mt19937",
    "numpy/random/_pcg64",
    "numpy/random/_philox",
    "numpy/random/_sfc64",
    "numpy/random/bit_generator",
    "numpy/random/mtrand",
)
# Parts of numpy that need a compiler or a build system to be of use, and what only type checkers read.
NUMPY_LEFT_OUT = re.compile(
    r"numpy/(distutils|f2py|random/_examples)/|.*/tests/|.*\.(pyi|pxd|a|h|c|pc|ini|md|rst|txt)$|numpy/py\.typed$|.*/LICENSE"
)
# What numpy tells of the machine that built it, and what is said instead.
_MACHINE = {"build": "", "Python Information": '"version": "3.14"'}
EXTENSION = re.compile(r"\.cpython-[\w-]+\.so$|\.abi3\.so$|\.so$")


def build_pyclipper(work: Workspace) -> None:
    """Build pyclipper with setuptools."""
    source = _unpack(work, PYCLIPPER)
    version = {"SETUPTOOLS_SCM_PRETEND_VERSION": PYCLIPPER.version}
    built = _setuptools(work, PYCLIPPER, source, [], CFLAGS="-O2", **version)
    _pack(work, PYCLIPPER, source, built)


def build_pillow(work: Workspace) -> None:
    """Build Pillow with setuptools and the formats whose C libraries were built."""
    source = _unpack(work, PILLOW)
    features = {
        **dict.fromkeys(("zlib", "jpeg", "tiff"), "enable"),
        **dict.fromkeys(("jpeg2000", "raqm", "lcms", "webp", "freetype", "xcb", "imagequant", "avif"), "disable"),
    }
    settings = ["platform-guessing=disable", *(f"{name}={choice}" for name, choice in features.items()), "parallel=1"]
    flags = {"CFLAGS": f"-O2 -I{work.prefix / 'include'}", "LDFLAGS": f"-L{work.prefix / 'lib'}"}
    built = _setuptools(work, PILLOW, source, [f"--pillow-configuration={setting}" for setting in settings], **flags)
    _pack(work, PILLOW, source, built)


def build_numpy(work: Workspace) -> None:
    """Build numpy with its own Meson and its own small linear algebra: there is no BLAS to link."""
    source = _unpack(work, NUMPY)
    build = work.root / "build-numpy"
    shutil.rmtree(build, ignore_errors=True)
    python = work.venv / "bin" / "python"
    options = ["buildtype=release", "optimization=2", "b_ndebug=true", "blas=none", "lapack=none", "allow-noblas=true"]
    log = work.log("numpy")
    env = build_environment(work)
    meson: list[Word] = [python, source / "vendored-meson" / "meson" / "meson.py", "setup", source, build]
    work.step.item("numpy: configuring")
    run([*meson, f"--cross-file={cross_file(work)}", *(f"-D{option}" for option in options)], work.step, log, env=env)
    plan = json.loads((build / "meson-info" / "intro-install_plan.json").read_text(encoding="utf-8"))
    modules = {built: entry for built, entry in plan["targets"].items() if _module(entry) in NUMPY_MODULES}
    if missing := set(NUMPY_MODULES) - {_module(entry) for entry in modules.values()}:
        raise SetupError(f"numpy's build has no {', '.join(sorted(missing))}.", "Report this as a bug.")

    def on_line(line: str) -> None:
        if match := re.match(r"\[(\d+)/(\d+)\]", line):
            work.step.item("numpy", int(match[1]), int(match[2]))

    ninja: list[Word] = [work.venv / "bin" / "ninja", "-C", build, "-j", JOBS]
    targets = [os.path.relpath(built, build) for built in modules]
    run([*ninja, *targets], work.step, log, env=env, on_line=on_line)
    files = {_destination(entry): Path(built).read_bytes() for built, entry in modules.items()}
    files |= {name: path.read_bytes() for name, path in _installed_python(plan)}
    configuration = files["numpy/__config__.py"].decode()
    files["numpy/__config__.py"] = without_machine(configuration, work.root).encode()
    _pack(work, NUMPY, source, files)


def without_machine(configuration: str, root: Path) -> str:
    """Return numpy's `__config__.py` without the folder, the compiler's path and the Python of the machine."""
    text = configuration.replace(str(root), "/build")
    for block, value in _MACHINE.items():
        text = re.sub(rf'("{block}": \{{)[^}}]*\}}', rf"\g<1>{value}}}", text)
    return text


def _destination(entry: dict[str, str]) -> str:
    """Return where a file of Meson's installation plan goes, below the folder of packages, as Pyodide names it."""
    return EXTENSION.sub(EXTENSION_SUFFIX, re.sub(r"^\{\w+\}/", "", entry["destination"]))


def _module(entry: dict[str, str]) -> str:
    return _destination(entry).removesuffix(EXTENSION_SUFFIX)


def _installed_python(plan: dict[str, dict[str, dict[str, str]]]) -> list[tuple[str, Path]]:
    """Return name and path of every file of the plan that is read at run time and was not compiled."""
    found = []
    for kind in ("python", "configure", "install_subdirs", "data"):
        for path, entry in plan.get(kind, {}).items():
            if entry.get("tag") == "tests":
                continue
            source = Path(path)
            files = source.rglob("*") if source.is_dir() else [source]
            for file in files:
                name = _destination(entry)
                if source.is_dir():
                    name = str(PurePosixPath(name) / file.relative_to(source).as_posix())
                if file.is_file() and "__pycache__" not in file.parts and not NUMPY_LEFT_OUT.match(name):
                    found.append((name, file))
    return found


def _unpack(work: Workspace, sdist: Sdist) -> Path:
    archive = fetch_sdist(work, sdist)
    work.step.item(f"unpacking {archive.name}")
    shutil.rmtree(work.sources / sdist.folder, ignore_errors=True)
    extract(archive, work.sources, strip=0, left_out=sdist.unused)
    return work.sources / sdist.folder


def _setuptools(
    work: Workspace, sdist: Sdist, source: Path, options: Sequence[str], **environment: str
) -> dict[str, bytes]:
    """Run the `build` command of a setup.py and return name → content of what it made; Pillow reads options last."""
    work.step.item(sdist.folder)
    built = source / "built"
    shutil.rmtree(source / "build", ignore_errors=True)
    shutil.rmtree(built, ignore_errors=True)
    command: list[Word] = [work.venv / "bin" / "python", "setup.py", "build", f"--build-lib={built}", *options]
    run(command, work.step, work.log(sdist.name), cwd=source, env=build_environment(work, **environment))
    files = (path for path in built.rglob("*") if path.is_file() and path.suffix in {".py", ".so"})
    return {EXTENSION.sub(EXTENSION_SUFFIX, path.relative_to(built).as_posix()): path.read_bytes() for path in files}


def _pack(work: Workspace, sdist: Sdist, source: Path, files: dict[str, bytes]) -> None:
    names = sorted(path for path in source.glob("LICEN[CS]E*") if path.is_file())
    licences = {path.name: path.read_bytes() for path in names}
    write_wheel(work.wheels, sdist, {**files, "PKG-INFO": (source / "PKG-INFO").read_bytes()}, licences)
