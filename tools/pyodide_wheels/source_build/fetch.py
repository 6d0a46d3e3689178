"""Everything that comes from outside, into `work.downloads`: each file is checked against its pinned hash."""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from tools.download import UnreachableError
from tools.errors import SetupError
from tools.process import CommandFailedError, Word, run
from tools.pyodide_wheels.source_build.debian import Archive, GoneError, MismatchError
from tools.pyodide_wheels.source_build.recipe import (
    C_LIBRARIES,
    PYTHON_HEADER_SUITES,
    PYTHON_HEADERS,
    PoolSource,
    Sdist,
    build_tools,
)
from tools.pyodide_wheels.source_build.workspace import Workspace
from tools.store import sha256_file

STUB = Path(__file__).parent / "metadata_stub"
ENVIRONMENT = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_RETRIES": "5"}
TRIES = 2


def make_venv(work: Workspace) -> None:
    """Make the environment whose pip fetches, and that later holds the build tools."""
    if not (work.venv / "bin" / "pip").exists():
        work.step.item("python -m venv")
        run([sys.executable, "-m", "venv", "--clear", work.venv], work.step, work.log("fetch"))


def fetch_tools(work: Workspace, *, fresh: bool = False) -> None:
    """Fetch the wheels of the build tools and of the compiler; `fresh` leaves pip's own cache out."""
    work.step.item("compiler and build tools")
    _pip_download(work, build_tools(), ["--only-binary=:all:"], fresh=fresh)


def fetch_sdist(work: Workspace, sdist: Sdist, *, fresh: bool = False) -> Path:
    """Fetch a source distribution, unless it is there, and return its path."""
    archive = work.downloads / f"{sdist.folder}.tar.gz"
    if not (archive.is_file() and sha256_file(archive) == sdist.sha256):
        work.step.item(archive.name)
        pinned = work.downloads / f"{sdist.name}.txt"
        pinned.parent.mkdir(parents=True, exist_ok=True)
        pinned.write_text(f"{sdist.name}=={sdist.version} --hash=sha256:{sdist.sha256}\n")
        _pip_download(work, pinned, ["--no-binary=:all:", "--no-build-isolation"], fresh=fresh)
    return archive


def fetch_c_library(work: Workspace, source: PoolSource) -> Path:
    """Fetch upstream's archive of a C library and return its path."""
    return Archive(work.step, work.log("fetch")).fetch_first(source, work.downloads)


def fetch_python_headers(work: Workspace) -> Path:
    """Fetch a Debian package with CPython's headers and return its path."""
    archive = Archive(work.step, work.log("fetch"))
    try:
        return archive.fetch_first(PYTHON_HEADERS, work.downloads)
    except GoneError:
        return archive.fetch_package(PYTHON_HEADERS.name, PYTHON_HEADER_SUITES, work.downloads)


def check_pool(work: Workspace) -> Iterable[tuple[str, str]]:
    """Yield, for each file of the pool that is pinned, its name and what is wrong with it (or nothing).

    Raises `UnreachableError`, and `GoneError` where nothing is left that a library could be built from.
    """
    archive = Archive(work.step, work.log("fetch"))
    for source in (*C_LIBRARIES, PYTHON_HEADERS):
        faults = []
        for file in source.files:
            try:
                archive.fetch(file, work.downloads)
            except (GoneError, MismatchError) as error:
                faults.append(error)
                yield file.name, error.cause
            else:
                yield file.name, ""
        if len(faults) == len(source.files):
            if source is not PYTHON_HEADERS:
                raise GoneError(f"No pinned source of {source.name} is left.", "Pin a newer one in recipe.py.")
            path = archive.fetch_package(PYTHON_HEADERS.name, PYTHON_HEADER_SUITES, work.downloads)
            yield path.name, ""


def _pip_download(work: Workspace, requirements: Path, options: list[str], *, fresh: bool) -> None:
    command: list[Word] = [
        work.venv / "bin" / "python",
        "-m",
        "pip",
        "download",
        "--require-hashes",
        "--no-deps",
        "--progress-bar=off",
        *(["--no-cache-dir"] if fresh else []),
        *options,
        "--dest",
        work.downloads,
        "-r",
        requirements,
    ]
    env = {**ENVIRONMENT, "PYTHONPATH": str(STUB)}

    def on_line(line: str) -> None:
        if match := re.search(r"Downloading (?:\S*/)?([\w.]+-[\w.]+)(?!\S*\.metadata)\S*(?:.* \((.*)\))?", line):
            work.step.item(" ".join(part for part in match.groups() if part))

    for attempt in range(TRIES):
        try:
            run(command, work.step, work.log("fetch"), env=env, on_line=on_line)
        except CommandFailedError as error:
            text = error.cause
            if "DO NOT MATCH THE HASHES" in text:
                raise MismatchError(
                    f"What the package index gives for {requirements.name} is not what is pinned.",
                    "Run the command again; if it stays so, the index that pip is configured for is not to be trusted.",
                ) from error
            if attempt == TRIES - 1:
                words = [line.strip() for line in text.splitlines() if "ERROR" in line]
                raise UnreachableError(
                    f"The package index did not give what {requirements.name} asks for. {' '.join(words[-2:])}",
                    "Check the network connection and pip's configuration, then run the command again.",
                ) from error
        else:
            return


def tool_wheels(work: Workspace) -> list[Path]:
    """Return the wheels to install: those of the lock file, without the compiler, which is only unpacked."""
    names = re.findall(r"^([\w.-]+)==", build_tools().read_text(encoding="utf-8"), re.MULTILINE)
    return [_wheel(work, name) for name in names if name != "ziglang"]


def compiler_wheel(work: Workspace) -> Path:
    """Return the wheel that carries the compiler."""
    return _wheel(work, "ziglang")


def _wheel(work: Workspace, name: str) -> Path:
    found = sorted(work.downloads.glob(f"{name.replace('-', '_')}-*.whl"))
    if not found:
        raise SetupError(f"The wheel of {name} was not fetched.", "Run the command again.")
    return found[-1]
